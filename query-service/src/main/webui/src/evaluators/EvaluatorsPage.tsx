import { Page } from '../ui/Page'

export function EvaluatorsPage() {
  return <Page title="Evaluators">{null}</Page>
}
