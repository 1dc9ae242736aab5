import { Menu } from '@base-ui/react/menu'
import { useNavigate } from '@tanstack/react-router'
import { Check, ChevronsUpDown, Plus } from 'lucide-react'
import type { Project } from '../api/types'
import { Button } from '../ui/Button'
import popup from '../ui/Popup.module.css'
import styles from './ProjectSwitcher.module.css'

/** Names the project, leads to the others, and to making one more. */
export function ProjectSwitcher({ projects, current }: { projects: readonly Project[]; current: Project | undefined }) {
  const navigate = useNavigate()
  const open = (projectId: string) => void navigate({ to: '/project/$projectId/home', params: { projectId } })
  return (
    <Menu.Root>
      <Menu.Trigger render={<Button look="quiet" className={styles.trigger} />}>
        <span className="visually-hidden">Project: </span>
        <span className={styles.name}>{current?.name ?? 'Choose a project'}</span>
        <ChevronsUpDown size={14} aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="start" className={popup.positioner}>
          <Menu.Popup className={popup.popup}>
            {projects.map((project) => (
              <Menu.Item key={project.id} className={popup.item} onClick={() => open(project.id)}>
                <span className={popup.itemText}>
                  {project.name}
                  <span className={popup.itemNote}>{project.organization.name}</span>
                </span>
                {project.id === current?.id && <Check className={popup.check} aria-label="current" />}
              </Menu.Item>
            ))}
            <div className={popup.separator} role="separator" />
            <Menu.Item className={popup.item} onClick={() => void navigate({ to: '/setup' })}>
              <Plus size={15} aria-hidden="true" />
              <span className={popup.itemText}>New project</span>
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
