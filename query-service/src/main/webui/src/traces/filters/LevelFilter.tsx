import { Menu } from '@base-ui/react/menu'
import { Check, ChevronDown } from 'lucide-react'
import { LEVELS, type Level } from '../../api/types'
import { Button } from '../../ui/Button'
import { classes } from '../../ui/classes'
import { LEVEL_NAMES, LevelMark } from '../../ui/LevelMark'
import popup from '../../ui/Popup.module.css'
import { levelsOf, toLevelList } from '../tracesSearch'
import styles from './filters.module.css'

const WORST_FIRST = [...LEVELS].reverse()

/** Which worst level a trace may have. None chosen means any. */
export function LevelFilter({
  level,
  onChange,
}: {
  level: string | undefined
  onChange: (level: string | undefined) => void
}) {
  const chosen = levelsOf({ level })
  const toggle = (each: Level, on: boolean) =>
    onChange(toLevelList(LEVELS.filter((known) => (known === each ? on : chosen.includes(known)))))
  return (
    <Menu.Root>
      <Menu.Trigger render={<Button className={classes(chosen.length > 0 && styles.set)} />}>
        <span className={styles.label}>Level</span>
        {chosen.length > 0 && <b>{chosen.map((each) => LEVEL_NAMES[each]).join(', ')}</b>}
        <ChevronDown size={14} aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="start" className={popup.positioner}>
          <Menu.Popup className={popup.popup}>
            {WORST_FIRST.map((each) => (
              <Menu.CheckboxItem
                key={each}
                className={popup.item}
                checked={chosen.includes(each)}
                onCheckedChange={(on) => toggle(each, on)}
                closeOnClick={false}
              >
                <span className={styles.mark} aria-hidden="true">
                  <LevelMark level={each} />
                </span>
                <span className={popup.itemText}>{LEVEL_NAMES[each]}</span>
                <Menu.CheckboxItemIndicator render={<Check className={popup.check} />} />
              </Menu.CheckboxItem>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
