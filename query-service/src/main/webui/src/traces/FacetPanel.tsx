import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Check } from 'lucide-react'
import { useState } from 'react'
import { retryUnlessRefused } from '../api/queries'
import { type Facet, traceFacets } from '../api/search'
import { formatCount } from '../ui/format'
import { hasTerm, termOf, toggleTerm } from '../ui/queryText'
import styles from './FacetPanel.module.css'
import { rangeOf, resolveRange } from './timeRange'
import { shownQuery, type TracesSearch } from './tracesSearch'

const SHOWN = 6

interface FacetPanelProps {
  projectId: string
  search: TracesSearch
  onChange: (search: TracesSearch) => void
}

/** What the matching traces are of, with counts; a click narrows the table to a value, another one widens it again. */
export function FacetPanel({ projectId, search, onChange }: FacetPanelProps) {
  const { query, range, from, to, environment } = search
  const facets = useQuery({
    queryKey: ['facets', projectId, { query, range, from, to, environment }],
    queryFn: ({ signal }) =>
      traceFacets(projectId, { query: shownQuery(search).query, ...resolveRange(rangeOf(search), new Date()) }, signal),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    refetchInterval: 60_000,
    retry: retryUnlessRefused,
  })
  return (
    <aside className={styles.panel} aria-label="Filters with counts">
      {facets.data?.map((facet) => (
        <FacetValues
          key={facet.field}
          facet={facet}
          query={query}
          onToggle={(term) => onChange({ ...search, query: toggleTerm(query, term) })}
        />
      ))}
      {facets.data?.length === 0 && <p className={styles.note}>Nothing to narrow down by.</p>}
      {!facets.data && facets.isError && <p className={styles.note}>The counts could not be read.</p>}
      {facets.isPending && (
        <p className={styles.note} role="status">
          Counting…
        </p>
      )}
    </aside>
  )
}

interface FacetValuesProps {
  facet: Facet
  query: string | undefined
  onToggle: (term: string) => void
}

function FacetValues({ facet: { field, values }, query, onToggle }: FacetValuesProps) {
  const [all, setAll] = useState(false)
  if (values.length === 0) return null
  const most = Math.max(1, ...values.map(({ count }) => count))
  const chosen = values.filter(({ value }) => hasTerm(query, termOf(field, value)))
  const shown = all ? values : [...new Set([...values.slice(0, SHOWN), ...chosen])]
  return (
    <details className={styles.facet} open>
      <summary>{field.replaceAll('_', ' ')}</summary>
      <ul>
        {shown.map(({ value, count }) => {
          const term = termOf(field, value)
          const pressed = hasTerm(query, term)
          return (
            <li key={value}>
              <button
                type="button"
                className={styles.value}
                aria-pressed={pressed}
                title={term}
                onClick={() => onToggle(term)}
              >
                {pressed && <Check size={13} aria-hidden="true" />}
                <span>{value || '(none)'}</span>
                <span>{formatCount(count)}</span>
                <i aria-hidden="true" style={{ width: `${(count / most) * 100}%` }} />
              </button>
            </li>
          )
        })}
      </ul>
      {values.length > shown.length && (
        <button type="button" className={styles.all} onClick={() => setAll(true)}>
          {formatCount(values.length - shown.length)} more
        </button>
      )}
    </details>
  )
}
