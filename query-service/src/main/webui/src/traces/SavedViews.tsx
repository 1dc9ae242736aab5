import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Bookmark, X } from 'lucide-react'
import { useState } from 'react'
import { membersQuery } from '../api/manage'
import { retryUnlessRefused } from '../api/queries'
import { deleteView, replaceView, savedViews, saveView } from '../api/views'
import { useMay } from '../app/useMay'
import { Button } from '../ui/Button'
import { FormProblem } from '../ui/Field'
import { Loaded } from '../ui/Loaded'
import { Popover } from '../ui/Popover'
import popup from '../ui/Popup.module.css'
import { usePreference } from '../ui/preferences'
import styles from './ColumnPicker.module.css'
import { fromStored, parseBrowserViews, type SavedView, toShare, toStored } from './savedViews'
import type { TracesSearch } from './tracesSearch'

/** As the server has it. */
const NAME_LENGTH_MAX = 100

interface SavedViewsProps {
  projectId: string
  search: TracesSearch
  onChange: (search: TracesSearch) => void
}

/** Tables under a name, the project's members' together: this one can be saved, and a saved one shown again. */
export function SavedViews({ projectId, search, onChange }: SavedViewsProps) {
  const [open, setOpen] = useState(false)
  return (
    <Popover
      title="Saved views"
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button icon aria-label="Saved views" title="Saved views">
          <Bookmark size={15} />
        </Button>
      }
    >
      <Views
        projectId={projectId}
        search={search}
        onChange={(chosen) => {
          setOpen(false)
          onChange(chosen)
        }}
      />
    </Popover>
  )
}

/** Asks each time it opens: others save views too. */
function Views({ projectId, search, onChange }: SavedViewsProps) {
  const may = useMay(projectId)
  const queryClient = useQueryClient()
  const queryKey = ['saved-views', projectId]
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => savedViews(projectId, signal).then((views) => views.map(fromStored)),
    retry: retryUnlessRefused,
  })
  const people = useQuery(membersQuery(projectId))
  const [name, setName] = useState('')
  // Also after a refusal, which may come of what somebody else did meanwhile.
  const onSettled = () => queryClient.invalidateQueries({ queryKey })
  const taken = query.data?.find((view) => view.name === name.trim())
  const save = useMutation({
    mutationFn: () => {
      const body = toStored({ name, search })
      return taken ? replaceView(projectId, taken.id, body) : saveView(projectId, body)
    },
    onSuccess: () => setName(''),
    onSettled,
  })
  const remove = useMutation({ mutationFn: (view: SavedView) => deleteView(projectId, view.id), onSettled })
  const authorOf = ({ author }: SavedView) => {
    const member = people.data?.find(({ id }) => id === author)
    return member && `by ${member.name || member.email}`
  }
  return (
    <>
      <Loaded
        query={query}
        what="The saved views"
        empty={(views) =>
          views.length === 0 && (
            <p className={`${popup.itemNote} ${styles.foot}`}>None yet. All who see the project share them.</p>
          )
        }
      >
        {(views) => (
          <ul>
            {views.map((view) => (
              <li key={view.id} className={styles.view}>
                <button type="button" className={popup.item} onClick={() => onChange(view.search)}>
                  <span className={popup.itemText}>
                    {view.name}
                    <span className={popup.itemNote}>
                      {[view.search.query, authorOf(view)].filter(Boolean).join(' · ')}
                    </span>
                  </span>
                </button>
                {may.annotate && (
                  <Button
                    look="quiet"
                    icon
                    aria-label={`Delete ${view.name}`}
                    title="Delete for everybody"
                    disabled={remove.isPending}
                    onClick={() => remove.mutate(view)}
                  >
                    <X size={13} />
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {may.annotate && query.data && (
        <>
          <FromBrowser projectId={projectId} views={query.data} onSettled={onSettled} />
          <div className={popup.separator} />
          <form
            className={styles.save}
            onSubmit={(event) => {
              event.preventDefault()
              if (name.trim() && !save.isPending) save.mutate()
            }}
          >
            <input
              aria-label="Name of this view"
              placeholder="Name this view"
              value={name}
              maxLength={NAME_LENGTH_MAX}
              onChange={(event) => setName(event.target.value)}
            />
            <Button type="submit" disabled={save.isPending}>
              {taken ? 'Replace' : 'Save'}
            </Button>
          </form>
          <div className={styles.problem}>
            <FormProblem error={save.error ?? remove.error} />
          </div>
        </>
      )}
    </>
  )
}

interface FromBrowserProps {
  projectId: string
  views: readonly SavedView[]
  onSettled: () => Promise<void>
}

/**
 * Views were once kept in the browser, for all projects alike, and seen by nobody else. So they are not moved unasked:
 * they are offered until somebody says whether this project gets them.
 */
function FromBrowser({ projectId, views, onSettled }: FromBrowserProps) {
  const [kept, keep] = usePreference<string>('trace-views', '[]')
  const inBrowser = parseBrowserViews(kept)
  const share = useMutation({
    mutationFn: async () => {
      for (const view of toShare(inBrowser, views)) await saveView(projectId, toStored(view))
    },
    onSuccess: () => keep('[]'),
    onSettled,
  })
  if (inBrowser.length === 0) return null
  return (
    <section aria-label="Views of this browser">
      <div className={popup.separator} />
      <p className={`${popup.itemNote} ${styles.foot}`}>
        Only in this browser: {inBrowser.map(({ name }) => name).join(', ')}
      </p>
      <div className={styles.foot}>
        <Button disabled={share.isPending} onClick={() => share.mutate()}>
          Share in this project
        </Button>
        <Button look="quiet" disabled={share.isPending} onClick={() => keep('[]')}>
          Forget
        </Button>
      </div>
      <div className={styles.problem}>
        <FormProblem error={share.error} />
      </div>
    </section>
  )
}
