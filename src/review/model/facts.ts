import type { BreakingChange, UpdateSize } from '../../changes/classify.ts';
import type { ConnectorClass } from '../../connector/connector.ts';
import type { Finding } from '../../shared/finding.ts';
import type { Settings } from '../../settings/defaults.ts';
import type { ConnectorFolderName } from './connector-folder-name.ts';
import type { Suggestion } from './effects.ts';
import type { Account, Result, MergeRequest, Records, Signature, Snapshot } from './snapshot.ts';

/**
 * What follows from a snapshot without any judgment: plain data, which `review --show facts`
 * prints.
 */
export interface Facts extends BaseFacts {
  commands: CommandOutcome;
}

/** What is known before the commands in the comments were heard. */
export interface BaseFacts {
  snapshot: Snapshot;
  /** Those of the base branch; unknown where they could not be read or have a mistake. */
  settings: Result<Settings>;
  /** The settings that hold while they are unknown: only what is shown hangs on these. */
  displaySettings: Settings;
  scope: ChangeScope;
  /** The connectors that are touched and were read. */
  connectors: readonly { folder: ConnectorFolderName; examined: Result<ValidatedConnector> }[];
  /** Everybody who wrote a commit, and whoever opened the pull request. */
  signatories: Result<readonly Signatory[]>;
  /** The owners that `CODEOWNERS` names for the connector that is updated. */
  owners: Result<Codeowners>;
  /** When the present head was pushed. */
  headPushedAt: Result<string>;
}

/** What a pull request touches. */
export interface ChangeScope {
  folders: readonly ConnectorFolderName[];
  /**
   * Added or changed paths where only folders of connectors belong (see `isMisplaced`); the first
   * hundred.
   */
  misplaced: readonly string[];
  /** Other changed paths in no connector's folder; the first hundred. */
  outside: readonly string[];
  outsideCount: number;
  /** Whether all files are listed. */
  complete: Result<true>;
  /** A readme that proposes a connector, by the title `Proposal - …`. */
  proposal: boolean;
}

/** One connector, held to the rules and compared with what it was. */
export interface ValidatedConnector {
  kind: 'new' | 'update' | 'deletion';
  class: ConnectorClass;
  /** `info.title`; undefined where there is none. */
  title?: string;
  /** By the rules, in the order of files and lines; `existing` where it was there before. */
  findings: readonly Finding[];
  /** Files that are over a limit: nothing was read of them. */
  unread: readonly string[];
  /** Of an update or deletion. */
  changes?: {
    size: UpdateSize;
    breaking: readonly BreakingChange[];
    /** As findings, those that break or may break. */
    findings: readonly Finding[];
    /** Markdown. */
    changelog: string;
    count: number;
  };
  /** Of the files' names and bytes: another one means that the connector has changed. */
  digest: string;
  /** The SHA of the icon's blob. */
  icon?: string;
  /** Fixes whose lines are all inside the diff, by the fingerprint of the finding. */
  suggestions: readonly (Suggestion & { fingerprint: string })[];
  oauth: boolean;
}

/** Somebody who wrote commits or opened the pull request, and whether they have agreed. */
export interface Signatory {
  /** Undefined for an e-mail address that belongs to nobody. */
  account?: Account;
  name: string;
  email: string;
  commits: number;
  /** The first commit of theirs, or the head. */
  sha: string;
  /**
   * Somebody else opened the pull request, and that they wrote commits is only what these say:
   * GitHub has verified none.
   */
  unverified?: true;
  consent:
    | { kind: 'signed'; signature: Signature }
    | { kind: 'company'; company: string }
    | { kind: 'allowed' }
    | { kind: 'program' }
    | { kind: 'not' }
    | { kind: 'nobody' }
    | { kind: 'unknown'; reason: string };
}

export interface Codeowners {
  /**
   * As `CODEOWNERS` writes them: `@login`, `@organization/team`, an address. Empty where nobody
   * owns it.
   */
  named: readonly string[];
  /**
   * The accounts among them, members of teams included; by login in small letters for those who are
   * named.
   */
  logins: readonly string[];
  /** The numbers of members of teams. */
  accounts: readonly number[];
  /** Teams whose members could not be read. */
  unknown: readonly string[];
}

/** What the commands in the comments came to. */
export interface CommandOutcome {
  /**
   * Of this pull request after all commands: consents, hold, wish to merge, and answers to every
   * command. Unknown where the records are.
   */
  records: Result<Records>;
  /** Signatures that were given now. */
  signatures: readonly Signature[];
  /** Comments that ask why; the decision answers them. */
  explain: readonly number[];
  /** A commit with all fixes, asked for by a comment. */
  fix: { comment: number; files: readonly { path: string; text: string }[] } | null;
  withdraw: boolean;
  /**
   * The wish to merge that counts now, by somebody who may merge now; null if there is none.
   * Unknown if GitHub did not say what its writer may do.
   */
  mergeRequest: Result<MergeRequest | null>;
}
