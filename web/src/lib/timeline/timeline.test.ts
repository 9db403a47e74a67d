import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Asset } from './asset.ts';
import { readColumns } from './asset.ts';
import { breakRows, layoutMonth, type Measures } from './layout.ts';
import { LIMIT, ScrollSpace } from './scroll-space.ts';
import { yearMarks } from './scrubber.ts';
import { between, including, NOTHING, toggled } from './selection.ts';
import { Timeline } from './timeline.ts';

const measures: Measures = { width: 1200, rowHeight: 220, gap: 4, dayGap: 16, dayHeading: 36, monthHeading: 48, minDay: 110 };

/** Numbers that look like chance, and are the same every time. */
function numbers(seed: number) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

const RATIOS = [4 / 3, 3 / 4, 3 / 2, 2 / 3, 16 / 9, 1];

function asset(id: string, day: string, ratio: number): Asset {
  return {
    id, day, ratio, moment: Date.parse(day), thumbhash: null, isImage: true, isFavorite: false, isArchived: false, isLocked: false,
    isTrashed: false, ownerId: '', duration: null, motionId: null, place: '', stack: null,
  };
}

/** Pictures of a month, the newest first, spread over its days. */
function monthOf(key: string, count: number, seed = 7): Asset[] {
  const random = numbers(seed);
  return Array.from({ length: count }, (_, at) => {
    const day = 28 - Math.floor((at * 28) / count);
    const ratio = RATIOS[Math.floor(random() * RATIOS.length)] ?? 1;
    return asset(`${key}-${at}`, `${key.slice(0, 8)}${String(day).padStart(2, '0')}`, ratio);
  });
}

/** Fifty years with the same number of pictures each month. */
function fiftyYears(each: number) {
  const months: { timeBucket: string; count: number }[] = [];
  for (let month = 0; month < 600; month++) {
    const [year, of] = [2024 - Math.floor(month / 12), 12 - (month % 12)];
    months.push({ timeBucket: `${year}-${String(of).padStart(2, '0')}-01`, count: each });
  }
  return months;
}

describe('a layout', () => {
  it('fills every row but a last one, and keeps every ratio', () => {
    const assets = monthOf('2024-03-01', 900);
    const layout = layoutMonth(assets, measures);
    for (const day of layout.days) {
      assert.ok(day.x >= 0 && day.x + day.width <= measures.width + 0.5);
      for (let at = day.first; at < day.end; at++) {
        const ratio = (layout.width[at] ?? 0) / (layout.tall[at] ?? 1);
        assert.ok(Math.abs(ratio / (assets[at]?.ratio ?? 0) - 1) < 0.02, `${ratio} of ${assets[at]?.ratio}`);
        const isEndOfRow = at + 1 < day.end && layout.y[at + 1] !== layout.y[at];
        const right = (layout.x[at] ?? 0) + (layout.width[at] ?? 0);
        if (isEndOfRow) assert.ok(Math.abs(right - measures.width) < 0.5, `row ends at ${right}`);
      }
    }
  });

  it('lets nothing overlap', () => {
    const layout = layoutMonth(monthOf('2024-03-01', 60), measures);
    for (let at = 1; at < layout.x.length; at++) {
      const isSameRow = layout.y[at] === layout.y[at - 1];
      const right = (layout.x[at - 1] ?? 0) + (layout.width[at - 1] ?? 0);
      const bottom = (layout.y[at - 1] ?? 0) + (layout.tall[at - 1] ?? 0);
      assert.ok(isSameRow ? (layout.x[at] ?? 0) >= right : (layout.y[at] ?? 0) >= bottom);
    }
  });

  it('is less bad as a whole than rows filled one after the other', () => {
    // A wide picture after three high ones: filled greedily, it would stand alone and be far too high or low.
    const shapes = [1.5, 1.5, 1.5, 1.5, 0.6, 3.2, 1.5, 1.5, 3.2, 0.6, 1.5].map((ratio) => ({ ratio, day: '' }));
    const ends = breakRows(shapes, 0, shapes.length, measures);
    const total = (rows: number[]) => {
      let [cost, start] = [0, 0];
      for (const end of rows.slice(0, -1)) {
        const ratios = shapes.slice(start, end).reduce((sum, shape) => sum + shape.ratio, 0);
        cost += Math.log2((measures.width - measures.gap * (end - start - 1)) / ratios / measures.rowHeight) ** 2;
        start = end;
      }
      return cost;
    };
    const greedy: number[] = [];
    let used = 0;
    shapes.forEach((shape, at) => {
      used += shape.ratio * measures.rowHeight + measures.gap;
      if (used > measures.width) greedy.push(at + 1), (used = 0);
    });
    if (greedy.at(-1) !== shapes.length) greedy.push(shapes.length);
    assert.equal(ends.at(-1), shapes.length);
    assert.ok(total(ends) < total(greedy), `${total(ends)} ${total(greedy)}`);
  });

  it('leaves no single picture behind if others can make room for it', () => {
    const shapes = Array.from({ length: 9 }, () => ({ ratio: 1.4, day: '' }));
    const ends = breakRows(shapes, 0, shapes.length, { ...measures, rowHeight: 200 });
    assert.deepEqual(ends.length, 2, `${ends}`);
  });

  it('puts small days into one line', () => {
    const days = ['2024-03-09', '2024-03-08', '2024-03-07'].map((day, at) => asset(`${at}`, day, 1));
    const layout = layoutMonth(days, measures);
    assert.equal(new Set(layout.days.map((day) => day.y)).size, 1);
    assert.ok((layout.days[1]?.x ?? 0) >= (layout.days[0]?.width ?? 0) + measures.dayGap);
  });

  it('has room for the widest and the highest picture', () => {
    const layout = layoutMonth([asset('1', '2024-03-09', 30), asset('2', '2024-03-08', 0.02)], measures);
    assert.ok([...layout.tall].every((tall) => tall >= 1 && tall <= 300));
  });
});

describe('columns', () => {
  it('place a picture in the day of its own clock', () => {
    const [found] = readColumns({
      id: ['a'], ratio: [0], fileCreatedAt: ['2024-01-01T23:30:00.12'], localOffsetHours: [5.75], thumbhash: [null],
      isImage: [true], isFavorite: [false], isTrashed: [false], visibility: ['archive'], ownerId: ['o'], duration: [null],
      livePhotoVideoId: [null], city: [null], country: ['Nepal'],
    });
    assert.equal(found?.day, '2024-01-02');
    assert.equal(found?.ratio, 1, 'an unknown size is a square');
    assert.deepEqual([found?.isArchived, found?.place], [true, 'Nepal']);
  });
});

describe('a timeline', () => {
  it('of two million pictures is laid out, found and walked through at once', () => {
    const timeline = new Timeline(measures);
    const began = performance.now();
    timeline.setBuckets(fiftyYears(3334));
    assert.ok(timeline.size > 2_000_000 && timeline.height > 50_000_000);
    timeline.setAssets('1975-01-01', monthOf('1975-01-01', 3334));
    const end = timeline.height;
    const sections = timeline.view(end - 1000, end);
    assert.equal(sections.at(-1)?.tiles.at(-1)?.index, timeline.size - 1, 'the oldest picture is there');
    assert.ok(sections.flatMap((section) => section.tiles).length < 60, 'and few others');
    // Far more than it takes, and far less than anyone would wait for.
    assert.ok(performance.now() - began < 500);
  });

  it('keeps what is looked at in its place when months above become known', () => {
    const timeline = new Timeline(measures);
    timeline.setBuckets(fiftyYears(100));
    timeline.setAssets('2020-06-01', monthOf('2020-06-01', 100));
    const place = timeline.find('2020-06-01-40')!;
    const y = timeline.extent(place).top + 30;
    const anchor = timeline.anchor(y)!;
    timeline.setAssets('2021-01-01', monthOf('2021-01-01', 100, 11));
    timeline.setAssets('2020-07-01', monthOf('2020-07-01', 100, 13));
    assert.notEqual(timeline.extent(place).top + 30, y, 'it moved');
    assert.equal(timeline.heightOf(anchor), timeline.extent(place).top + 30);
  });

  it('finds the next one when what was looked at is gone', () => {
    const timeline = new Timeline(measures);
    timeline.setBuckets([{ timeBucket: '2024-03-01', count: 2 }, { timeBucket: '2024-02-01', count: 2 }]);
    timeline.setAssets('2024-03-01', monthOf('2024-03-01', 2));
    const anchor = timeline.anchor(100)!;
    timeline.change(new Set(['2024-03-01-0', '2024-03-01-1']), () => null);
    assert.equal(timeline.months.length, 1);
    assert.ok(timeline.heightOf(anchor) < timeline.height);
  });

  it('asks again for a month whose number changed, and shows what it has until then', () => {
    const timeline = new Timeline(measures);
    timeline.setBuckets([{ timeBucket: '2024-03-01', count: 2 }]);
    timeline.setAssets('2024-03-01', monthOf('2024-03-01', 2));
    assert.equal(timeline.month('2024-03-01')?.isStale, false);
    timeline.setBuckets([{ timeBucket: '2024-04-01', count: 1 }, { timeBucket: '2024-03-01', count: 3 }]);
    const month = timeline.month('2024-03-01');
    assert.deepEqual([month?.isStale, month?.size, month?.first], [true, 2, 1]);
  });

  it('goes up and down to the nearest, from month to month', () => {
    const timeline = new Timeline(measures);
    timeline.setBuckets([{ timeBucket: '2024-03-01', count: 40 }, { timeBucket: '2024-02-01', count: 40 }]);
    timeline.setAssets('2024-03-01', monthOf('2024-03-01', 40));
    timeline.setAssets('2024-02-01', monthOf('2024-02-01', 40));
    let index = 0;
    for (let step = 0; step < 200 && index < 41; step++) {
      const { month, at } = timeline.monthOfIndex(index)!;
      const below = timeline.vertical({ month, at, asset: month.assets![at]! }, 1);
      assert.ok(below > index, 'down is further');
      index = below;
    }
    assert.ok(index >= 40);
    const { month, at } = timeline.monthOfIndex(79)!;
    assert.equal(timeline.vertical({ month, at, asset: month.assets![at]! }, 1), 79, 'below the last is nothing');
  });
});

describe('a scroll space', () => {
  const space = (total: number) => {
    const made = new ScrollSpace();
    made.total = total;
    made.viewport = 1000;
    return made;
  };

  it('is never higher than its limit, and reaches every place', () => {
    const whole = space(60_000_000);
    for (const position of [0, 1, 1_999_999, 2_000_001, 30_000_000, 59_999_000]) {
      whole.moveTo(position);
      assert.equal(whole.position, position);
      assert.ok(whole.spacer <= LIMIT && whole.real >= 0 && whole.real <= whole.spacer - 1000);
    }
    whole.moveTo(70_000_000);
    assert.equal(whole.position, 59_999_000);
  });

  it('is gone through from end to end by scrolling alone', () => {
    const whole = space(60_000_000);
    let steps = 0;
    for (; whole.position < whole.end && steps < 100_000; steps++) {
      const before = whole.position;
      whole.scrolled(Math.min(whole.real + 900, whole.spacer - 1000));
      if (steps % 50 === 0) whole.settle();
      assert.ok(whole.position - before <= 900 && whole.position > before, `${before} ${whole.position}`);
    }
    for (; whole.position > 0 && steps < 200_000; steps++) {
      whole.scrolled(Math.max(0, whole.real - 900));
      if (steps % 50 === 0) whole.settle();
    }
    assert.equal(whole.position, 0);
    assert.ok(steps < 140_000);
  });

  it('does not move what is looked at when something above it grows', () => {
    const whole = space(10_000);
    whole.moveTo(5000);
    whole.total += 700;
    whole.shift(700);
    assert.deepEqual([whole.real, whole.position], [5000, 5700]);
    assert.equal(whole.settle(), true);
    assert.deepEqual([whole.real, whole.origin], [5700, 0]);
  });

  it('ends at its ends, even when it did not know where they are', () => {
    const whole = space(10_000);
    whole.moveTo(300);
    whole.shift(-500);
    assert.equal(whole.scrolled(200), true);
    assert.deepEqual([whole.position, whole.real], [0, 0]);
  });
});

describe('the scrubber', () => {
  it('names no two years in one place', () => {
    const timeline = new Timeline(measures);
    timeline.setBuckets(fiftyYears(10));
    const marks = yearMarks(timeline.months, timeline.height, 600, 20);
    assert.equal(marks[0]?.year, '2024');
    assert.equal(marks.at(-1)?.year, '1975');
    for (let at = 1; at < marks.length; at++) assert.ok((marks[at]?.y ?? 0) - (marks[at - 1]?.y ?? 0) >= 20);
    assert.ok(marks.length > 15);
  });
});

describe('a selection', () => {
  it('is another one after each change', () => {
    const one = toggled(NOTHING, 'a');
    assert.deepEqual([...one], ['a']);
    assert.deepEqual([...toggled(one, 'a')], []);
    assert.deepEqual([...including(one, ['b', 'c'], true)], ['a', 'b', 'c']);
    assert.equal(NOTHING.size, 0);
    assert.deepEqual(between(9, 2), [2, 9]);
  });
});
