import type { ReactNode } from 'react'
import styles from './Message.module.css'

/** Fills a view that has nothing else to show: empty, not found, failed. */
export function Message({ icon, title, children, actions }: MessageProps) {
  return (
    <div className={styles.message}>
      {icon && (
        <div className={styles.icon} aria-hidden="true">
          {icon}
        </div>
      )}
      <h2 className={styles.title}>{title}</h2>
      {children && <div className={styles.text}>{children}</div>}
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  )
}

interface MessageProps {
  icon?: ReactNode
  title: string
  children?: ReactNode
  actions?: ReactNode
}
