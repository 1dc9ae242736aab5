import { Menu } from '@base-ui/react/menu'
import { Check, ChevronDown } from 'lucide-react'
import { Button } from '../../ui/Button'
import { classes } from '../../ui/classes'
import popup from '../../ui/Popup.module.css'
import { EVERY_ENVIRONMENT } from '../tracesSearch'
import styles from './filters.module.css'

const LABELS: Record<string, string> = { '': 'All but evaluator runs', [EVERY_ENVIRONMENT]: 'All environments' }

interface EnvironmentFilterProps {
  environment: string | undefined
  /** Those seen in the loaded traces; the API has no list of them yet. */
  known: readonly string[]
  onChange: (environment: string | undefined) => void
}

export function EnvironmentFilter({ environment, known, onChange }: EnvironmentFilterProps) {
  return (
    <Menu.Root>
      <Menu.Trigger render={<Button className={classes(environment && styles.set)} />}>
        <span className={styles.label}>Environment</span>
        {environment && <b>{environment === EVERY_ENVIRONMENT ? 'all' : environment}</b>}
        <ChevronDown size={14} aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="start" className={popup.positioner}>
          <Menu.Popup className={popup.popup}>
            <Menu.RadioGroup
              value={environment ?? ''}
              onValueChange={(value: string) => onChange(value || undefined)}
              aria-label="Environment"
            >
              {['', EVERY_ENVIRONMENT, ...known].map((each) => (
                <Menu.RadioItem key={each} value={each} className={popup.item} closeOnClick>
                  <span className={popup.itemText}>{LABELS[each] ?? each}</span>
                  <Menu.RadioItemIndicator render={<Check className={popup.check} />} />
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
