import { Page } from '../ui/Page'

export function ModelsPage() {
  return <Page title="Models">{null}</Page>
}
