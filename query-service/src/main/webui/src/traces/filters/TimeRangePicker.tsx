import { Calendar, Check, ChevronDown } from 'lucide-react'
import { type FormEvent, useId, useState } from 'react'
import { Button } from '../../ui/Button'
import { zoneName } from '../../ui/format'
import { Popover } from '../../ui/Popover'
import popup from '../../ui/Popup.module.css'
import {
  fromLocalInput,
  PRESETS,
  type Preset,
  type RangeSearch,
  rangeLabel,
  rangeOf,
  resolveRange,
  toLocalInput,
} from '../timeRange'
import styles from './filters.module.css'

interface TimeRangePickerProps {
  search: RangeSearch
  /** With all three parts, those that are left out as undefined. */
  onChange: (range: RangeSearch) => void
}

export function TimeRangePicker({ search, onChange }: TimeRangePickerProps) {
  const [open, setOpen] = useState(false)
  const range = rangeOf(search)
  const choose = (preset: Preset) => {
    onChange({ range: preset === '24h' ? undefined : preset, from: undefined, to: undefined })
    setOpen(false)
  }
  const chooseCustom = (from: string | undefined, to: string | undefined) => {
    onChange({ range: undefined, from, to })
    setOpen(false)
  }
  return (
    <Popover
      title="Time range"
      hideTitle
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button aria-label={`Time range: ${rangeLabel(range)}`}>
          <Calendar size={15} aria-hidden="true" />
          {rangeLabel(range)}
          <ChevronDown size={14} aria-hidden="true" />
        </Button>
      }
    >
      <ul>
        {PRESETS.map(({ preset, label }) => {
          const chosen = range.kind === 'preset' && range.preset === preset
          return (
            <li key={preset}>
              <button type="button" className={popup.item} aria-pressed={chosen} onClick={() => choose(preset)}>
                <span className={popup.itemText}>{label}</span>
                {chosen && <Check className={popup.check} aria-hidden="true" />}
              </button>
            </li>
          )
        })}
      </ul>
      <div className={popup.separator} />
      <CustomRange search={search} onChoose={chooseCustom} />
    </Popover>
  )
}

function CustomRange({ search, onChoose }: { search: RangeSearch; onChoose: (from?: string, to?: string) => void }) {
  const id = useId()
  const [problem, setProblem] = useState('')
  const shown = resolveRange(rangeOf(search), new Date())
  const apply = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const from = fromLocalInput(String(form.get('from')))
    const to = fromLocalInput(String(form.get('to')))
    if (!from && !to) setProblem('Give a start, an end, or both.')
    else if (from && to && from >= to) setProblem('The start must be before the end.')
    else onChoose(from, to)
  }
  return (
    <form className={styles.custom} onSubmit={apply} noValidate>
      <h3>
        Custom <span className="muted">({zoneName(new Date())})</span>
      </h3>
      <label htmlFor={`${id}-from`}>From</label>
      <input id={`${id}-from`} name="from" type="datetime-local" defaultValue={toLocalInput(shown.from)} />
      <label htmlFor={`${id}-to`}>To</label>
      <input id={`${id}-to`} name="to" type="datetime-local" defaultValue={toLocalInput(shown.to)} />
      <p role="alert">{problem}</p>
      <Button type="submit" look="primary">
        Apply
      </Button>
    </form>
  )
}
