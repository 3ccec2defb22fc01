import { describe, expect, it } from "vitest";
import { random } from "../random.fixture";
import { clahe } from "./clahe";
import { equalised } from "./equalise";
import { gaussian, gaussianWeights } from "./gaussian";
import { median } from "./median";
import { filtered, PLAIN, recipeKey } from "./recipe";
import { dragged, isNeutral, NEUTRAL, toneTable } from "./tone";

const noise = (width: number, height: number, seed = 1, levels = 256) => {
  const next = random(seed);
  return Uint8Array.from({ length: width * height }, () => Math.floor(next() * levels));
};

/** The plain definition, slow: sort each square. */
function medianBySorting(gray: Uint8Array, width: number, height: number, radius: number) {
  return gray.map((_, i) => {
    const square = [];
    for (let dy = -radius; dy <= radius; dy++) {
      for (let dx = -radius; dx <= radius; dx++) {
        const x = Math.min(width - 1, Math.max(0, (i % width) + dx));
        const y = Math.min(height - 1, Math.max(0, Math.floor(i / width) + dy));
        square.push(gray[y * width + x] as number);
      }
    }
    return square.sort((a, b) => a - b)[square.length >> 1] as number;
  });
}

describe("the median", () => {
  it("is the middle of each sorted square, at borders too", () => {
    for (const [width, height, seed, levels] of [
      [13, 9, 1, 256],
      [1, 7, 2, 256],
      [6, 1, 3, 4],
      [20, 20, 4, 3],
    ] as const) {
      const gray = noise(width, height, seed, levels);
      for (const radius of [1, 2]) {
        expect(median(gray, width, height, radius)).toEqual(
          medianBySorting(gray, width, height, radius),
        );
      }
    }
  });
});

describe("the Gaussian", () => {
  it("keeps an even picture as it is and the sum of its weights at one", () => {
    for (const sigma of [0.5, 1, 1.7, 3]) {
      expect(gaussianWeights(sigma).reduce((a, b) => a + b, 0)).toBe(4096);
      for (const value of [0, 1, 127, 255]) {
        expect(new Set(gaussian(new Uint8Array(90).fill(value), 10, 9, sigma))).toEqual(
          new Set([value]),
        );
      }
    }
  });

  it("is within one grey value of the sum in real numbers", () => {
    const [width, height, sigma] = [17, 11, 1.2];
    const gray = noise(width, height, 5);
    const out = gaussian(gray, width, height, sigma);
    const radius = Math.ceil(3 * sigma);
    const weight = (d: number) => Math.exp((-d * d) / (2 * sigma * sigma));
    gray.forEach((_, i) => {
      let [sum, total] = [0, 0];
      for (let dy = -radius; dy <= radius; dy++) {
        for (let dx = -radius; dx <= radius; dx++) {
          const x = Math.min(width - 1, Math.max(0, (i % width) + dx));
          const y = Math.min(height - 1, Math.max(0, Math.floor(i / width) + dy));
          const share = weight(dx) * weight(dy);
          sum += share * (gray[y * width + x] as number);
          total += share;
        }
      }
      expect(Math.abs((out[i] as number) - sum / total)).toBeLessThanOrEqual(1);
    });
  });
});

describe("equalising", () => {
  it("spreads what is there from black to white and keeps the order of grey values", () => {
    const gray = noise(40, 30, 6, 60).map((value) => value + 80);
    const out = equalised(gray);
    expect([Math.min(...out), Math.max(...out)]).toEqual([0, 255]);
    const darkest = Math.min(...gray);
    for (let i = 1; i < gray.length; i++) {
      const rise = Math.sign((gray[i] as number) - (gray[i - 1] as number));
      const shown = Math.sign((out[i] as number) - (out[i - 1] as number));
      expect(shown === rise || shown === 0 || darkest === gray[i]).toBe(true);
    }
    expect(equalised(new Uint8Array(9).fill(7))).toEqual(new Uint8Array(9).fill(7));
  });

  it("by tiles raises the contrast of a dim picture, more with a higher limit", () => {
    const [width, height] = [96, 80];
    const gray = noise(width, height, 8, 20).map((value, i) => value + 60 + (i % width) / 8);
    const spread = (values: Uint8Array) => {
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    };
    const gentle = clahe(gray, width, height, 2);
    const strong = clahe(gray, width, height, 8);
    expect(spread(gentle)).toBeGreaterThan(spread(gray));
    expect(spread(strong)).toBeGreaterThan(spread(gentle));
    expect(clahe(Uint8Array.from([9, 9, 9]), 3, 1, 2)).toHaveLength(3);
  });
});

describe("filters of a view", () => {
  it("leave the stored pixels alone, and give them themselves when nothing is asked", () => {
    const gray = noise(31, 17);
    const before = gray.slice();
    expect(filtered(gray, 31, 17, PLAIN)).toBe(gray);
    expect(recipeKey(PLAIN)).toBe("");
    for (const denoise of ["none", "median3", "median5", "gaussian"] as const) {
      for (const contrast of ["none", "equalise", "clahe"] as const) {
        const recipe = { ...PLAIN, denoise, contrast };
        const once = filtered(gray, 31, 17, recipe);
        expect(once).toEqual(filtered(gray, 31, 17, recipe));
        expect(gray).toEqual(before);
        expect(recipeKey(recipe) === "").toBe(denoise === "none" && contrast === "none");
      }
    }
  });
});

describe("the tone", () => {
  it("is each grey value itself when neutral, and its opposite when inverted", () => {
    const same = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(toneTable(NEUTRAL)).toEqual(same);
    expect(toneTable({ ...NEUTRAL, isInverted: true })).toEqual(same.map((value) => 255 - value));
    expect(isNeutral(NEUTRAL)).toBe(true);
  });

  it("is black below the window, white above it, and never falls between", () => {
    const table = toneTable({ window: 100, level: 80, gamma: 1.4, isInverted: false });
    expect([table[30], table[130], table[255]]).toEqual([0, 255, 255]);
    for (let i = 1; i < 256; i++) {
      expect(table[i]).toBeGreaterThanOrEqual(table[i - 1] as number);
    }
  });

  it("stays within bounds however far it is dragged", () => {
    for (const [dx, dy] of [
      [9999, 9999],
      [-9999, -9999],
      [3, -2],
    ] as const) {
      const { window, level } = dragged(NEUTRAL, dx, dy);
      expect(window >= 2 && window <= 510 && level >= 0 && level <= 255).toBe(true);
    }
  });
});
