import { Fragment } from 'react'
import { CopyButton } from './CopyButton'
import styles from './SecretBox.module.css'

/** An API key as it is shown once. It is kept nowhere in the page: a reload forgets it. */
export function SecretBox({ publicKey, secretKey }: { publicKey: string; secretKey: string }) {
  const lines = { 'Public key': publicKey, 'Secret key': secretKey }
  return (
    <div className={styles.box}>
      <strong>Copy the secret now: it is not shown again.</strong>
      <dl>
        {Object.entries(lines).map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>
              <code>{value}</code>
            </dd>
            <CopyButton text={value} what={name.toLowerCase()} />
          </Fragment>
        ))}
      </dl>
    </div>
  )
}
