import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { ROLES } from '../api/manage'
import { sessionQuery } from '../api/queries'
import type { Role } from '../api/schema'
import { BulkBar } from '../traces/BulkBar'
import { mayOf } from './useMay'

test('what a role may do besides reading', () => {
  expect(ROLES.map((role) => ({ role, ...mayOf(role) }))).toEqual([
    { role: 'OWNER', annotate: true, manage: true },
    { role: 'ADMIN', annotate: true, manage: true },
    { role: 'MEMBER', annotate: true, manage: false },
    { role: 'VIEWER', annotate: false, manage: false },
  ])
})

test('whose role is not known may read only', () => {
  expect(mayOf(undefined)).toEqual({ annotate: false, manage: false })
})

test('chosen traces are scored and deleted by who may', () => {
  expect(offeredTo('VIEWER')).toEqual(['Export', 'None'])
  expect(offeredTo('MEMBER')).toEqual(['Export', 'Add score', 'None'])
  expect(offeredTo('ADMIN')).toEqual(['Export', 'Add score', 'Delete', 'None'])
})

function offeredTo(role: Role): string[] {
  const client = new QueryClient()
  const projects = [{ id: 'shop', name: 'Shop', organization: { id: 'acme', name: 'Acme', role } }]
  client.setQueryData(sessionQuery.queryKey, { user: { email: 'a@example.org', name: 'A' }, projects })
  const html = renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <BulkBar projectId="shop" ids={['a']} query="" onDone={() => undefined} />
    </QueryClientProvider>,
  )
  return [...html.matchAll(/<button.*?<\/button>/g)].map(([button]) => button.replace(/<[^>]*>/g, '').trim())
}
