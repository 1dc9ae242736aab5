import { type ReactNode, useEffect } from 'react'
import styles from './Page.module.css'

interface PageProps {
  title: string
  /** One sentence that says what the page is for. */
  lead?: ReactNode
  /** The way back, above the title. */
  crumb?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

/** A page of a project that scrolls as a whole: its title, what can be done, its content. */
export function Page({ title, lead, crumb, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Sightline`
  }, [title])
  return (
    <div className={styles.page} data-scroll-restoration-id="page">
      <div className={styles.bar}>
        <div>
          {crumb && <div className={styles.crumb}>{crumb}</div>}
          <h1 className={styles.title}>{title}</h1>
          {lead && <p className={styles.lead}>{lead}</p>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      <div className={styles.content}>{children}</div>
    </div>
  )
}

interface CardProps {
  title: ReactNode
  note?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

/** A part of a page with a heading of its own. */
export function Card({ title, note, actions, children }: CardProps) {
  return (
    <section className={styles.card}>
      <div className={styles.cardHead}>
        <div>
          <h2>{title}</h2>
          {note && <p>{note}</p>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      {children}
    </section>
  )
}

/** Cards side by side where there is room. */
export function Columns({ children }: { children: ReactNode }) {
  return <div className={styles.columns}>{children}</div>
}
