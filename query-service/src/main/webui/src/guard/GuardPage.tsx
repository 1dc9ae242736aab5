import { Page } from '../ui/Page'

export function GuardPage() {
  return <Page title="Guard">{null}</Page>
}
