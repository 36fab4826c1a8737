/**
 * What a connector may cost to read. Everything in a pull request is hostile; beyond these it is
 * refused, with a finding.
 */
export const limits = {
  /** Files in a connector's folder. */
  files: 300,
  /** Bytes of one file. */
  fileBytes: 5 * 1024 * 1024,
  /** Bytes of all files of a connector together. */
  totalBytes: 25 * 1024 * 1024,
  /** Nested JSON values. */
  depth: 200,
} as const;
