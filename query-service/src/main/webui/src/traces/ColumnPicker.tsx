import { ArrowDown, ArrowUp, Columns3 } from 'lucide-react'
import { Button } from '../ui/Button'
import { Popover } from '../ui/Popover'
import styles from './ColumnPicker.module.css'
import { COLUMNS, DEFAULT_COLUMNS } from './columns'

interface ColumnPickerProps {
  /** Ids of what is shown, in order. */
  shown: readonly string[]
  /** Undefined: the usual ones. */
  onChange: (columns: string | undefined) => void
}

/** Which columns, and in which order. */
export function ColumnPicker({ shown, onChange }: ColumnPickerProps) {
  const change = (ids: readonly string[]) => {
    const list = ids.join(',')
    onChange(list === DEFAULT_COLUMNS.join(',') ? undefined : list)
  }
  const move = (id: string, by: number) => {
    const at = shown.indexOf(id)
    const rest = shown.filter((each) => each !== id)
    change([...rest.slice(0, at + by), id, ...rest.slice(at + by)])
  }
  const hidden = COLUMNS.filter(({ id }) => !shown.includes(id)).map(({ id }) => id)
  return (
    <Popover
      title="Columns"
      align="end"
      trigger={
        <Button icon aria-label="Columns" title="Columns">
          <Columns3 size={15} />
        </Button>
      }
    >
      <ul className={styles.list}>
        {[...shown, ...hidden].map((id) => {
          const at = shown.indexOf(id)
          const name = COLUMNS.find((column) => column.id === id)?.header ?? id
          return (
            <li key={id} className={styles.item}>
              <label>
                <input
                  type="checkbox"
                  checked={at >= 0}
                  disabled={id === 'name'}
                  onChange={(event) =>
                    change(event.target.checked ? [...shown, id] : shown.filter((each) => each !== id))
                  }
                />
                {name}
              </label>
              {at >= 0 && (
                <>
                  <Button
                    look="quiet"
                    icon
                    className={styles.move}
                    aria-label={`Move ${name} to the left`}
                    disabled={at === 0}
                    onClick={() => move(id, -1)}
                  >
                    <ArrowUp size={13} />
                  </Button>
                  <Button
                    look="quiet"
                    icon
                    className={styles.move}
                    aria-label={`Move ${name} to the right`}
                    disabled={at === shown.length - 1}
                    onClick={() => move(id, 1)}
                  >
                    <ArrowDown size={13} />
                  </Button>
                </>
              )}
            </li>
          )
        })}
      </ul>
      <div className={styles.foot}>
        <Button onClick={() => onChange(undefined)}>The usual ones</Button>
      </div>
    </Popover>
  )
}
