import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router'
import { Compass, FolderOpen } from 'lucide-react'
import { Failure } from '../ui/Failure'
import { Message } from '../ui/Message'

export function NotFound() {
  return (
    <main>
      <Message
        alone
        icon={<Compass size={22} />}
        title="There is no such page"
        actions={<Link to="/">Go to the start page</Link>}
      >
        The address may be mistyped, or the page is gone.
      </Message>
    </main>
  )
}

export function RouteFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const retry = () => {
    reset()
    void router.invalidate()
  }
  return <Failure alone error={error} what="This page" onRetry={retry} />
}

export function NoProject() {
  return (
    <Message alone icon={<FolderOpen size={22} />} title="No project yet">
      Your account is not a member of any project. Ask somebody who runs this Sightline to add you.
    </Message>
  )
}
