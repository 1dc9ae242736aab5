import type { ComponentProps } from 'react'
import styles from './Button.module.css'
import { classes } from './classes'

interface ButtonProps extends ComponentProps<'button'> {
  look?: 'plain' | 'quiet' | 'primary'
  /** Square, for a button that shows only an icon; give it an `aria-label`. */
  icon?: boolean
}

export function Button({ look = 'plain', icon = false, className, type = 'button', ...rest }: ButtonProps) {
  return (
    <button type={type} className={classes(styles.button, styles[look], icon && styles.icon, className)} {...rest} />
  )
}
