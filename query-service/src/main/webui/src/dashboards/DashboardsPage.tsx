import { Page } from '../ui/Page'

export function DashboardsPage() {
  return <Page title="Dashboards">{null}</Page>
}
