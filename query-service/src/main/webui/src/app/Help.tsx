import { Keyboard } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/Button'
import { Modal } from '../ui/Modal'
import { usePreference } from '../ui/preferences'
import { useHotkeys } from '../ui/useHotkeys'
import styles from './Help.module.css'
import { SHORTCUTS } from './shortcuts'

export function HelpButton() {
  const [open, setOpen] = useState(false)
  const [hotkeys, setHotkeys] = usePreference<'on' | 'off'>('hotkeys', 'on')
  useHotkeys({ '?': () => setOpen(true) })
  return (
    <>
      <Button
        look="quiet"
        icon
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts (?)"
        onClick={() => setOpen(true)}
      >
        <Keyboard size={17} />
      </Button>
      <Modal title="Keyboard shortcuts" open={open} onClose={() => setOpen(false)}>
        <div className={styles.groups}>
          {SHORTCUTS.map(({ where, keys }) => (
            <section key={where}>
              <h3 className={styles.where}>{where}</h3>
              <dl className={styles.keys}>
                {keys.map(([combination, does]) => (
                  <div key={does}>
                    <dt>
                      {combination.map((key) => (
                        <kbd key={key}>{key}</kbd>
                      ))}
                    </dt>
                    <dd>{does}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
        <label className={styles.toggle}>
          <input
            type="checkbox"
            checked={hotkeys === 'on'}
            onChange={(event) => setHotkeys(event.target.checked ? 'on' : 'off')}
          />
          Single-letter shortcuts are on
        </label>
      </Modal>
    </>
  )
}
