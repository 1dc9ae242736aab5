import { type ComponentProps, lazy, Suspense } from 'react'

const TimeChart = lazy(() => import('./TimeChart'))

/** A chart over time. Its code comes after the numbers beside it; its place is kept. */
export function Chart(props: ComponentProps<typeof TimeChart>) {
  const { height = 180 } = props
  return (
    <Suspense fallback={<div style={{ height: height + 44 }} role="status" aria-label="Drawing the chart" />}>
      <TimeChart {...props} />
    </Suspense>
  )
}
