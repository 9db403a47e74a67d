// What the server says against settings, by the setting that it is about.

import type { Path } from './document.ts';

export interface Problems {
  fields: Partial<Record<Path, string>>;
  /** What is about none of them. */
  rest: string[];
}

/** Sorts sentences such as `trash.days must not be less than 0` by the setting that each names. */
export function problemsOf(sentences: readonly string[], paths: readonly Path[]): Problems {
  const problems: Problems = { fields: {}, rest: [] };
  for (const sentence of sentences) {
    const path = paths.find((path) => sentence.split(' ').includes(path));
    if (path) problems.fields[path] ??= sentence.slice(sentence.indexOf(path) + path.length).trim();
    else problems.rest.push(sentence);
  }
  return problems;
}

/** How a rule is said in the language of the page. */
export interface RuleWords {
  tooSmall: (least: string) => string;
  tooLarge: (most: string) => string;
  tooLong: (most: string) => string;
  fixedBy: (by: string) => string;
  required: string;
  noNumber: string;
  noAddress: string;
  noMailAddress: string;
  noSchedule: string;
  noTime: string;
}

/** A rule as the server says it, in other words if there are any. */
export function ruleIn(words: RuleWords, rule: string): string {
  const rules: [RegExp, (part: string) => string][] = [
    [/^must not be less than (.+)$/, words.tooSmall],
    [/^must not be greater than (.+)$/, words.tooLarge],
    [/^must be shorter than or equal to (\d+) characters$/, words.tooLong],
    [/^is fixed by (.+)$/, words.fixedBy],
    [/^(?:should not be empty|must contain at least 1 elements)$/, () => words.required],
    [/^must be (?:an integer number|a number conforming .*)$/, () => words.noNumber],
    [/^must be a URL address$/, () => words.noAddress],
    [/^must be an email$/, () => words.noMailAddress],
    [/^must be a valid cron expression$/, () => words.noSchedule],
    [/^must be in HH:mm format$/, () => words.noTime],
  ];
  for (const [pattern, say] of rules) {
    const found = pattern.exec(rule);
    if (found) return say(found[1] ?? '');
  }
  return rule;
}
