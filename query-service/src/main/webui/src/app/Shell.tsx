import { Link, Outlet, useMatch } from '@tanstack/react-router'
import { Activity, ListTree } from 'lucide-react'
import { ApiError } from '../api/client'
import { Failure } from '../ui/Failure'
import { Logo } from '../ui/Logo'
import { AccountMenu } from './AccountMenu'
import { HelpButton } from './Help'
import { ProjectSwitcher } from './ProjectSwitcher'
import styles from './Shell.module.css'

/** What a project has. Further areas are further lines here. */
const AREAS = [
  { to: '/project/$projectId/traces', label: 'Traces', icon: ListTree },
  { to: '/project/$projectId/ingest-health', label: 'Ingest health', icon: Activity },
] as const

/** The frame around every page of a project: where am I, where can I go, who am I. */
export function Shell() {
  const { project, session } = useMatch({ from: '/session/project/$projectId' }).context
  const { projectId } = useMatch({ from: '/session/project/$projectId' }).params
  return (
    <div className={styles.shell}>
      <a href="#main" className={styles.skip}>
        Skip to the content
      </a>
      <header className={styles.bar}>
        <Link to="/" className={styles.brand} aria-label="Sightline, start page">
          <Logo />
          <span className={styles.name}>Sightline</span>
        </Link>
        <ProjectSwitcher projects={session.projects} current={project} />
        <nav className={styles.areas} aria-label="Areas of the project">
          {AREAS.map(({ to, label, icon: Icon }) => (
            <Link
              key={to}
              to={to}
              params={{ projectId }}
              className={styles.area}
              activeOptions={{ includeSearch: false }}
            >
              <Icon size={15} aria-hidden="true" />
              {label}
            </Link>
          ))}
        </nav>
        <div className={styles.end}>
          <HelpButton />
          <AccountMenu user={session.user} />
        </div>
      </header>
      <main id="main" className={styles.main} tabIndex={-1}>
        {project ? <Outlet /> : <Failure alone error={noSuchProject(projectId)} what="The project" />}
      </main>
    </div>
  )
}

function noSuchProject(id: string): ApiError {
  const detail = `There is no project “${id}” that you are a member of.`
  return new ApiError({ title: 'Not found', status: 404, detail })
}
