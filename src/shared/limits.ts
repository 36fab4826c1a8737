/**
 * Limits on the files of a connector, which may come from anyone's pull request. Beyond a limit a
 * file is not read, and a finding names the limit.
 */
export const limits = {
  /** Files in a connector's folder. */
  files: 300,
  /** Bytes of one file. */
  fileBytes: 5 * 1024 * 1024,
  /** Bytes of all files of a connector together. */
  totalBytes: 25 * 1024 * 1024,
  /** Levels of nested JSON values. */
  depth: 200,
} as const;
