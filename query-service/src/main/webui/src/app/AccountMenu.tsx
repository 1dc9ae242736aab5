import { Menu } from '@base-ui/react/menu'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Check, KeyRound, LogOut, Monitor, Moon, Sun } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { api } from '../api/client'
import type { Session } from '../api/types'
import { Button } from '../ui/Button'
import popup from '../ui/Popup.module.css'
import { type Theme, useTheme } from '../ui/theme'
import styles from './AccountMenu.module.css'

const THEME_CHOICES: readonly { theme: Theme; label: string; icon: typeof Sun }[] = [
  { theme: 'system', label: 'As the system', icon: Monitor },
  { theme: 'light', label: 'Light', icon: Sun },
  { theme: 'dark', label: 'Dark', icon: Moon },
]

const PasswordDialog = lazy(() => import('./PasswordDialog').then((module) => ({ default: module.PasswordDialog })))

export function AccountMenu({ user }: { user: Session['user'] }) {
  const [theme, setTheme] = useTheme()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const [changingPassword, setChangingPassword] = useState(false)
  const signOut = async () => {
    // A failing call changes nothing for the person: the session is asked for anew on the next page.
    await api.signOut().catch(() => undefined)
    queryClient.clear()
    await navigate({ to: '/sign-in' })
  }
  return (
    <>
      <Menu.Root>
        <Menu.Trigger
          render={
            <Button
              look="quiet"
              icon
              className={styles.trigger}
              aria-label={`${initialsOf(user)}: account and theme of ${user.email}`}
            />
          }
        >
          <span className={styles.initials} aria-hidden="true">
            {initialsOf(user)}
          </span>
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner sideOffset={6} align="end" className={popup.positioner}>
            <Menu.Popup className={popup.popup}>
              <div className={styles.user}>
                {user.name}
                <span className={popup.itemNote}>{user.email}</span>
              </div>
              <div className={popup.separator} role="separator" />
              <Menu.RadioGroup value={theme} onValueChange={(value) => setTheme(value as Theme)} aria-label="Theme">
                {THEME_CHOICES.map(({ theme: choice, label, icon: Icon }) => (
                  <Menu.RadioItem key={choice} value={choice} className={popup.item}>
                    <Icon size={15} aria-hidden="true" />
                    <span className={popup.itemText}>{label}</span>
                    <Menu.RadioItemIndicator render={<Check className={popup.check} />} />
                  </Menu.RadioItem>
                ))}
              </Menu.RadioGroup>
              <div className={popup.separator} role="separator" />
              <Menu.Item className={popup.item} onClick={() => setChangingPassword(true)}>
                <KeyRound size={15} aria-hidden="true" />
                <span className={popup.itemText}>Change the password</span>
              </Menu.Item>
              <Menu.Item className={popup.item} onClick={signOut}>
                <LogOut size={15} aria-hidden="true" />
                <span className={popup.itemText}>Sign out</span>
              </Menu.Item>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      {changingPassword && (
        <Suspense>
          <PasswordDialog onClose={() => setChangingPassword(false)} />
        </Suspense>
      )}
    </>
  )
}

function initialsOf({ name, email }: Session['user']): string {
  const words = (name || email).split(/[\s@._-]+/).filter(Boolean)
  return `${words[0]?.[0] ?? '?'}${name ? (words[1]?.[0] ?? '') : ''}`.toUpperCase()
}
