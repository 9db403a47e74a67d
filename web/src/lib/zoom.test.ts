import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fit, held, MAX_SCALE, WHOLE, zoomAt } from './zoom.ts';

const stage = { width: 1000, height: 500 };

describe('a picture on its stage', () => {
  it('is shown whole', () => {
    assert.deepEqual(fit(4, stage), { width: 1000, height: 250 });
    assert.deepEqual(fit(0.5, stage), { width: 250, height: 500 });
  });

  it('grows about the point that it is enlarged at', () => {
    const box = fit(2, stage);
    const view = zoomAt(WHOLE, 2, { x: 100, y: -50 }, box, stage);
    // What was under the point is there still.
    assert.deepEqual([(100 - view.x) / view.scale, (-50 - view.y) / view.scale], [100, -50]);
  });

  it('does not leave its stage, and has its limits', () => {
    const box = fit(2, stage);
    assert.deepEqual(held({ scale: 2, x: 9999, y: -9999 }, box, stage), { scale: 2, x: 500, y: -250 });
    assert.deepEqual(zoomAt({ scale: 2, x: 300, y: 100 }, 0.1, { x: 0, y: 0 }, box, stage), WHOLE);
    assert.equal(zoomAt(WHOLE, 99, { x: 0, y: 0 }, box, stage).scale, MAX_SCALE);
  });
});
