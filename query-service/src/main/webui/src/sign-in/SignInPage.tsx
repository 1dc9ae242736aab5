import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { CircleAlert, Eye, EyeOff } from 'lucide-react'
import { type FormEvent, useEffect, useId, useState } from 'react'
import { ApiError, api } from '../api/client'
import { sessionQuery } from '../api/queries'
import { Button } from '../ui/Button'
import { Logo } from '../ui/Logo'
import { useTheme } from '../ui/theme'
import styles from './SignInPage.module.css'

export function SignInPage() {
  useTheme()
  const { next } = useSearch({ from: '/sign-in' })
  const router = useRouter()
  const queryClient = useQueryClient()
  const [shown, setShown] = useState(false)
  const id = useId()
  const signIn = useMutation({
    mutationFn: ({ email, password }: { email: string; password: string }) => api.signIn(email, password),
    onSuccess: (session) => {
      queryClient.setQueryData(sessionQuery.queryKey, session)
      router.history.push(next ?? '/')
    },
  })
  useEffect(() => {
    document.title = 'Sign in · Sightline'
  }, [])
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    signIn.mutate({ email: String(form.get('email')).trim(), password: String(form.get('password')) })
  }
  const problem = signIn.error && explain(signIn.error)
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <Logo size={32} />
          <h1>Sign in to Sightline</h1>
        </div>
        <form onSubmit={submit} className={styles.form}>
          <label htmlFor={`${id}-email`}>E-mail</label>
          <input id={`${id}-email`} name="email" type="email" autoComplete="username" required autoFocus />
          <label htmlFor={`${id}-password`}>Password</label>
          <div className={styles.password}>
            <input
              id={`${id}-password`}
              name="password"
              type={shown ? 'text' : 'password'}
              autoComplete="current-password"
              required
              aria-invalid={problem ? true : undefined}
              aria-describedby={problem ? `${id}-problem` : undefined}
            />
            <Button
              look="quiet"
              icon
              aria-label={shown ? 'Hide the password' : 'Show the password'}
              onClick={() => setShown(!shown)}
            >
              {shown ? <EyeOff size={16} /> : <Eye size={16} />}
            </Button>
          </div>
          <div role="alert" id={`${id}-problem`}>
            {problem && (
              <p className={styles.problem}>
                <CircleAlert size={16} aria-hidden="true" />
                {problem}
              </p>
            )}
          </div>
          <Button type="submit" look="primary" className={styles.submit} disabled={signIn.isPending}>
            {signIn.isPending ? 'Signing in…' : 'Sign in'}
          </Button>
        </form>
        <p className={styles.hint}>
          On a development stack, <code>./sightline status</code> prints the e-mail and the password.
        </p>
      </div>
    </main>
  )
}

function explain(error: Error): string {
  if (!(error instanceof ApiError)) return error.message
  if (error.status === 0) return 'Sightline does not answer. Is the stack running?'
  if (error.status === 401) return 'The e-mail or the password is wrong.'
  if (error.status === 429) return 'Too many tries. Wait a minute, then try again.'
  return error.message
}
