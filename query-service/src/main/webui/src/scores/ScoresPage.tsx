import { Page } from '../ui/Page'

export function ScoresPage() {
  return <Page title="Scores">{null}</Page>
}
