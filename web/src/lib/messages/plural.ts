type Forms = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;

/** Chooses among a message's forms by the rules of a language; `#` becomes the number. */
export function pluralIn(language: string): (count: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  return (count, forms) => (forms[rules.select(count)] ?? forms.other).replace('#', numbers.format(count));
}
