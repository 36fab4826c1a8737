import { LRUCache } from 'lru-cache';

/** A response that can be requested again with its ETag, or that can never change. */
export interface CachedResponse {
  etag: string | undefined;
  body: unknown;
  /** The `Link` header. */
  link: string | undefined;
  /** See `sizeOf`. Measured once, because that takes as long as writing the body as JSON. */
  size: number;
}

/** The responses that a process caches, by URL and media type. All installations share them. */
export type ResponseCache = LRUCache<string, CachedResponse>;

const maxCacheBytes = 64 * 1024 * 1024;
export const newResponseCache = (): ResponseCache =>
  new LRUCache<string, CachedResponse>({
    maxSize: maxCacheBytes,
    sizeCalculation: ({ size }) => size,
  });

/** The approximate size of a response body in bytes. At least 1, because `LRUCache` needs that. */
export const sizeOf = (body: unknown): number =>
  (body === undefined ? 0 : JSON.stringify(body).length) + 1;
