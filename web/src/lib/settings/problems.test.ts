import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemsOf, type RuleWords, ruleIn } from './problems.ts';
import { FIELDS, PATHS } from './table.ts';

const words = {
  tooSmall: (least: string) => `>= ${least}`,
  tooLarge: (most: string) => `<= ${most}`,
  tooLong: (most: string) => `length ${most}`,
  fixedBy: (by: string) => `by ${by}`,
  required: 'required',
  noNumber: 'number',
  noAddress: 'address',
  noMailAddress: 'mail',
  noSchedule: 'schedule',
  noTime: 'time',
} satisfies RuleWords;

test('each sentence goes to the setting that it names', () => {
  const { fields, rest } = problemsOf(
    [
      'trash.days must not be less than 0',
      'trash.days must be an integer number',
      'each value in ffmpeg.acceptedContainers must be one of the following values: mov, mp4',
      'notifications.smtp.transport.host should not be empty',
      'Invalid SMTP configuration: the server does not answer',
    ],
    PATHS,
  );
  assert.deepEqual(fields, {
    'trash.days': 'must not be less than 0',
    'ffmpeg.acceptedContainers': 'must be one of the following values: mov, mp4',
    'notifications.smtp.transport.host': 'should not be empty',
  });
  assert.deepEqual(rest, ['Invalid SMTP configuration: the server does not answer']);
});

test('known rules are said in the language of the page', () => {
  const said = (rule: string) => ruleIn(words, rule);
  assert.deepEqual(
    [
      said('must not be less than 0.1'),
      said('must not be greater than 4096'),
      said('must be shorter than or equal to 2000 characters'),
      said('is fixed by --trash-days'),
      said('must contain at least 1 elements'),
      said('must be a number conforming to the specified constraints'),
      said('must be in HH:mm format'),
      said('must be something new'),
    ],
    ['>= 0.1', '<= 4096', 'length 2000', 'by --trash-days', 'required', 'number', 'time', 'must be something new'],
  );
});

test('no choice is offered twice', () => {
  for (const [path, field] of Object.entries(FIELDS)) {
    if (field.kind === 'choice' || field.kind === 'choices') assert.equal(new Set(field.choices).size, field.choices.length, path);
  }
});
