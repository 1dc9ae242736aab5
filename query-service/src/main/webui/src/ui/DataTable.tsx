import { ArrowDown, ArrowUp } from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import { Button } from './Button'
import styles from './DataTable.module.css'

export interface DataColumn<Row> {
  id: string
  header: ReactNode
  align?: 'end'
  cell: (row: Row) => ReactNode
  /** What the column is sorted by; without it the header does nothing. */
  sortBy?: (row: Row) => number | string | null | undefined
}

interface DataTableProps<Row> {
  /** Read by screen readers. */
  label: string
  /** A column that is false is left out. */
  columns: readonly (DataColumn<Row> | false)[]
  rows: readonly Row[]
  rowKey: (row: Row, index: number) => string
  more?: { loading: boolean; onMore: () => void } | false
}

/** A plain table: the first column names its row, headers sort what is loaded. */
export function DataTable<Row>({ label, columns: given, rows, rowKey, more }: DataTableProps<Row>) {
  const [sort, setSort] = useState<{ id: string; down: boolean }>()
  const columns = useMemo(() => given.filter((column) => column !== false), [given])
  const shown = useMemo(() => {
    const by = columns.find(({ id }) => id === sort?.id)?.sortBy
    return by && sort ? sortRows(rows, by, sort.down) : rows
  }, [rows, columns, sort])
  return (
    <div className={styles.frame} tabIndex={0} role="region" aria-label={label}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ id, header, align, sortBy }) => {
              const isSorted = sort?.id === id
              return (
                <th
                  key={id}
                  scope="col"
                  data-align={align}
                  aria-sort={isSorted ? (sort.down ? 'descending' : 'ascending') : undefined}
                >
                  {sortBy ? (
                    <button
                      type="button"
                      className={styles.sort}
                      onClick={() => setSort({ id, down: isSorted ? !sort.down : true })}
                    >
                      {header}
                      {isSorted &&
                        (sort.down ? (
                          <ArrowDown size={12} aria-hidden="true" />
                        ) : (
                          <ArrowUp size={12} aria-hidden="true" />
                        ))}
                    </button>
                  ) : (
                    header
                  )}
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {shown.map((row, index) => (
            <tr key={rowKey(row, index)}>
              {columns.map(({ id, align, cell }, column) =>
                column === 0 ? (
                  <th key={id} scope="row" data-align={align}>
                    {cell(row)}
                  </th>
                ) : (
                  <td key={id} data-align={align}>
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {more && (
        <div className={styles.more}>
          <Button look="quiet" disabled={more.loading} onClick={more.onMore}>
            {more.loading ? 'Loading…' : 'Load more'}
          </Button>
        </div>
      )}
    </div>
  )
}

/** Unknown values come last, whichever way. */
export function sortRows<Row>(
  rows: readonly Row[],
  by: (row: Row) => number | string | null | undefined,
  down: boolean,
): Row[] {
  return [...rows].sort((a, b) => {
    const [left, right] = [by(a), by(b)]
    if (left === right) return 0
    if (left === null || left === undefined) return 1
    if (right === null || right === undefined) return -1
    const order =
      typeof left === 'number' && typeof right === 'number' ? left - right : String(left).localeCompare(String(right))
    return down ? -order : order
  })
}
