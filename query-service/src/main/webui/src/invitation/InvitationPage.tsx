import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { acceptInvitation, invitation } from '../api/manage'
import { retryUnlessRefused, sessionQuery } from '../api/queries'
import styles from '../sign-in/SignInPage.module.css'
import { Button } from '../ui/Button'
import { Buttons, Form, FormProblem, problemFor, TextField } from '../ui/Field'
import { Loaded } from '../ui/Loaded'
import { Logo } from '../ui/Logo'
import { useTheme } from '../ui/theme'

/** Where the link of an invitation leads. Its token stands behind the #, which browsers send to nobody. */
export function InvitationPage() {
  useTheme()
  const router = useRouter()
  const queryClient = useQueryClient()
  const [token] = useState(() => window.location.hash.slice(1))
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const asked = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => invitation(token),
    retry: retryUnlessRefused,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const accept = useMutation({
    mutationFn: () => acceptInvitation(token, name.trim() || undefined, password),
    onSuccess: (session) => {
      queryClient.clear()
      queryClient.setQueryData(sessionQuery.queryKey, session)
      router.history.replace('/')
    },
  })
  useEffect(() => {
    document.title = 'Invitation · Sightline'
  }, [])
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <Logo size={32} />
          <h1>{asked.data ? `Join ${asked.data.organization}` : 'Invitation'}</h1>
        </div>
        <Loaded query={asked} what="The invitation">
          {({ email, role, has_account: hasAccount }) => (
            <Form onSubmit={() => accept.mutate()}>
              <TextField
                label="E-mail"
                type="email"
                value={email}
                readOnly
                autoComplete="username"
                note={`You will be ${role === 'OWNER' || role === 'ADMIN' ? 'an' : 'a'} ${role.toLowerCase()}.`}
              />
              {!hasAccount && (
                <TextField
                  label="Your name"
                  value={name}
                  maxLength={200}
                  autoComplete="name"
                  problem={problemFor(accept.error, 'name')}
                  onChange={(event) => setName(event.target.value)}
                />
              )}
              <TextField
                label={hasAccount ? 'Your password' : 'New password'}
                type="password"
                value={password}
                autoComplete={hasAccount ? 'current-password' : 'new-password'}
                note={hasAccount ? 'You have an account already.' : 'At least 12 characters.'}
                problem={problemFor(accept.error, 'password')}
                onChange={(event) => setPassword(event.target.value)}
              />
              <FormProblem error={accept.error} fields={['name', 'password']} />
              <Buttons>
                <Button type="submit" look="primary" disabled={!password || accept.isPending}>
                  Join
                </Button>
              </Buttons>
            </Form>
          )}
        </Loaded>
      </div>
    </main>
  )
}
