/** A line of sight that ends in a ring. Decorative: the name stands beside it or on the link around it. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden="true" focusable="false">
      <path d="M1.5 12h8.2" stroke="var(--accent)" strokeWidth="2.2" strokeLinecap="round" />
      <circle cx="15.5" cy="12" r="6.6" stroke="currentColor" strokeWidth="2.2" />
      <circle cx="15.5" cy="12" r="2.1" fill="var(--accent)" />
    </svg>
  )
}
