import { Page } from '../ui/Page'

export function SessionsPage() {
  return <Page title="Sessions">{null}</Page>
}
