import { Page } from '../ui/Page'

export function SessionPage() {
  return <Page title="Session">{null}</Page>
}
