import { get, type Query } from "./client";
import type { Page } from "./types";

/** The cursor of a page's `next` or `previous` address; null at the end. */
export function cursorOf(address: string | null): string | null {
  if (address === null) return null;
  return new URL(address, window.location.origin).searchParams.get("cursor");
}

/**
 * Read a list to its end, at most `pageLimit` pages of 200.
 * A list that comes as a bare array (short fixed lists) is taken as it is.
 */
export async function allOf<T>(
  path: string,
  query: Query,
  signal?: AbortSignal,
  pageLimit = 10,
): Promise<T[]> {
  const rows: T[] = [];
  let cursor: string | null = null;
  for (let number = 0; number < pageLimit; number += 1) {
    const page: Page<T> | T[] = await get(path, { ...query, page_size: 200, cursor }, signal);
    if (Array.isArray(page)) return page;
    rows.push(...page.results);
    cursor = cursorOf(page.next);
    if (cursor === null) break;
  }
  return rows;
}
