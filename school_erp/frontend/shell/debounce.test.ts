import { strict as assert } from "node:assert";
import { mock, test } from "node:test";
import { debounce } from "./debounce.ts";

test("a search goes out once, after the typing has paused", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let searches = 0;
  const search = debounce(() => (searches += 1), 350);
  search();
  mock.timers.tick(300);
  search();
  mock.timers.tick(349);
  assert.equal(searches, 0);
  mock.timers.tick(1);
  assert.equal(searches, 1);
  mock.timers.reset();
});
