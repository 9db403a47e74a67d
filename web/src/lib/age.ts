// How old someone was.

/** How old someone was at a moment, in whole years and in whole months; nothing before they were born. */
export function ageAt(birthDate: string | null, moment: string): { years: number; months: number } | null {
  if (!birthDate) return null;
  const [born, then] = [new Date(birthDate), new Date(moment)];
  const months =
    (then.getUTCFullYear() - born.getUTCFullYear()) * 12 + then.getUTCMonth() - born.getUTCMonth() - (then.getUTCDate() < born.getUTCDate() ? 1 : 0);
  return months < 0 ? null : { years: Math.floor(months / 12), months };
}
