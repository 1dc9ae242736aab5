import type { ReactNode } from 'react'
import styles from './Message.module.css'

/** Fills a view that has nothing else to show: empty, not found, failed. */
export function Message({ icon, title, alone = false, children, actions }: MessageProps) {
  const Title = alone ? 'h1' : 'h2'
  return (
    <div className={styles.message}>
      {icon && (
        <div className={styles.icon} aria-hidden="true">
          {icon}
        </div>
      )}
      <Title className={styles.title}>{title}</Title>
      {children && <div className={styles.text}>{children}</div>}
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  )
}

interface MessageProps {
  icon?: ReactNode
  title: string
  /** There is nothing else on the page: then this is its first heading. */
  alone?: boolean
  children?: ReactNode
  actions?: ReactNode
}
