import { Link, Outlet, useLocation, useMatch } from '@tanstack/react-router'
import {
  Activity,
  CircleGauge,
  Coins,
  Database,
  FlaskConical,
  House,
  LayoutDashboard,
  ListTree,
  Menu as MenuIcon,
  MessagesSquare,
  Settings,
  ShieldCheck,
  Users,
} from 'lucide-react'
import { useState } from 'react'
import { ApiError } from '../api/client'
import { Failure } from '../ui/Failure'
import { Logo } from '../ui/Logo'
import { AccountMenu } from './AccountMenu'
import { HelpButton } from './Help'
import { ProjectSwitcher } from './ProjectSwitcher'
import styles from './Shell.module.css'

/** What a project has, in groups. Further areas are further lines here. */
const AREAS = [
  [
    { to: '/project/$projectId/home', label: 'Home', icon: House },
    { to: '/project/$projectId/dashboards', label: 'Dashboards', icon: LayoutDashboard },
  ],
  [
    { to: '/project/$projectId/traces', label: 'Traces', icon: ListTree },
    { to: '/project/$projectId/sessions', label: 'Sessions', icon: MessagesSquare },
    { to: '/project/$projectId/users', label: 'Users', icon: Users },
    { to: '/project/$projectId/scores', label: 'Scores', icon: CircleGauge },
  ],
  [
    { to: '/project/$projectId/evaluators', label: 'Evaluators', icon: FlaskConical },
    { to: '/project/$projectId/guard', label: 'Guard', icon: ShieldCheck },
  ],
  [
    { to: '/project/$projectId/sql', label: 'SQL', icon: Database },
    { to: '/project/$projectId/models', label: 'Models', icon: Coins },
    { to: '/project/$projectId/ingest-health', label: 'Ingest health', icon: Activity },
    { to: '/project/$projectId/settings', label: 'Settings', icon: Settings },
  ],
] as const

/** The frame around every page of a project: where am I, where can I go, who am I. */
export function Shell() {
  const { project, session } = useMatch({ from: '/session/project/$projectId' }).context
  const { projectId } = useMatch({ from: '/session/project/$projectId' }).params
  // The menu of a narrow screen closes by going somewhere.
  const { pathname } = useLocation()
  const [openAt, setOpenAt] = useState<string>()
  const open = openAt === pathname
  return (
    <div className={styles.shell}>
      <a href="#main" className={styles.skip}>
        Skip to the content
      </a>
      <header className={styles.bar}>
        <button
          type="button"
          className={styles.menu}
          aria-expanded={open}
          aria-controls="areas"
          aria-label="Areas of the project"
          onClick={() => setOpenAt(open ? undefined : pathname)}
        >
          <MenuIcon size={18} aria-hidden="true" />
        </button>
        <Link to="/" className={styles.brand} aria-label="Sightline, start page">
          <Logo />
          <span className={styles.name}>Sightline</span>
        </Link>
        <ProjectSwitcher projects={session.projects} current={project} />
        <div className={styles.end}>
          <HelpButton />
          <AccountMenu user={session.user} />
        </div>
      </header>
      <div className={styles.below}>
        <nav id="areas" className={styles.areas} aria-label="Areas of the project" data-open={open || undefined}>
          {AREAS.map((group, index) => (
            <ul key={index}>
              {group.map(({ to, label, icon: Icon }) => (
                <li key={to}>
                  <Link
                    to={to}
                    params={{ projectId }}
                    className={styles.area}
                    activeOptions={{ includeSearch: false }}
                    title={label}
                  >
                    <Icon size={16} aria-hidden="true" />
                    <span>{label}</span>
                  </Link>
                </li>
              ))}
            </ul>
          ))}
        </nav>
        <main id="main" className={styles.main} tabIndex={-1}>
          {project ? <Outlet /> : <Failure alone error={noSuchProject(projectId)} what="The project" />}
        </main>
      </div>
    </div>
  )
}

function noSuchProject(id: string): ApiError {
  const detail = `There is no project “${id}” that you are a member of.`
  return new ApiError({ title: 'Not found', status: 404, detail })
}
