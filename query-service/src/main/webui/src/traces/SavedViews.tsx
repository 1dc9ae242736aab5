import { Bookmark, X } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/Button'
import { Popover } from '../ui/Popover'
import popup from '../ui/Popup.module.css'
import { usePreference } from '../ui/preferences'
import styles from './ColumnPicker.module.css'
import { parseViews, withView } from './savedViews'
import type { TracesSearch } from './tracesSearch'

interface SavedViewsProps {
  search: TracesSearch
  onChange: (search: TracesSearch) => void
}

/** Tables under a name: this one can be kept, and a kept one shown again. */
export function SavedViews({ search, onChange }: SavedViewsProps) {
  const [kept, keep] = usePreference<string>('trace-views', '[]')
  const [name, setName] = useState('')
  const [open, setOpen] = useState(false)
  const views = parseViews(kept)
  return (
    <Popover
      title="Saved views"
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button icon aria-label="Saved views" title="Saved views">
          <Bookmark size={15} />
        </Button>
      }
    >
      {views.length === 0 && <p className={`${popup.itemNote} ${styles.foot}`}>None yet. They stay in this browser.</p>}
      <ul>
        {views.map((view) => (
          <li key={view.name} className={styles.view}>
            <button
              type="button"
              className={popup.item}
              onClick={() => {
                setOpen(false)
                onChange(view.search)
              }}
            >
              <span className={popup.itemText}>
                {view.name}
                {view.search.query && <span className={popup.itemNote}>{view.search.query}</span>}
              </span>
            </button>
            <Button
              look="quiet"
              icon
              aria-label={`Forget ${view.name}`}
              onClick={() => keep(JSON.stringify(views.filter((each) => each.name !== view.name)))}
            >
              <X size={13} />
            </Button>
          </li>
        ))}
      </ul>
      <div className={popup.separator} />
      <form
        className={styles.save}
        onSubmit={(event) => {
          event.preventDefault()
          if (!name.trim()) return
          keep(JSON.stringify(withView(views, { name: name.trim(), search })))
          setName('')
        }}
      >
        <input
          aria-label="Name of this view"
          placeholder="Name this view"
          value={name}
          maxLength={60}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit">Save</Button>
      </form>
    </Popover>
  )
}
