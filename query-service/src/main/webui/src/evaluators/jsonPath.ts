/** A place in a JSON value, as the path that a mapping takes: `$.messages[0].content`. */
export function jsonPath(steps: readonly (string | number)[]): string {
  return steps.reduce<string>((path, step) => {
    if (typeof step === 'number') return `${path}[${step}]`
    return /^[A-Za-z_][A-Za-z0-9_]*$/.test(step) ? `${path}.${step}` : `${path}['${step.replace(/(['\\])/g, '\\$1')}']`
  }, '$')
}
