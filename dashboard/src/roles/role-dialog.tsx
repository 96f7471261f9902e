import { type FormEvent, useState } from 'react';
import type { Report } from '../../../src/analysis/report/report.ts';
import { forgetAdminToken, keepAdminToken } from '../api/admin-token.ts';
import { Refusal } from '../api/ask.ts';
import { type ChangedRoles, changeRoles, type RolesDocument } from '../api/roles.ts';
import { Field } from '../components/field.tsx';
import { PushButton } from '../components/push-button.tsx';
import { Problem } from '../components/remark.tsx';
import { Sheet } from '../components/sheet.tsx';
import { callOf, type RoleAction, wordsOf } from './role-action.ts';
import styles from './roles.module.css';
import { sampleInput } from './sample-text.ts';

export interface RoleDialogProps {
  readonly action: RoleAction;
  readonly roles: RolesDocument;
  readonly report: Report | null;
  readonly onClose: () => void;
  readonly onDone: (changed: ChangedRoles) => void;
}

const nameKey = 'understudy-name';

/** Asks once before roles are changed, says what will happen, and then what came of it. */
export function RoleDialog({ action, roles, report, onClose, onDone }: RoleDialogProps) {
  // As it was asked: what the dialog says must not change under the hand that is about to confirm it.
  const [asked] = useState({ roles, words: wordsOf(action, roles, report) });
  const { title, sentences, warning, confirm } = asked.words;
  const [by, setBy] = useState(() => localStorage.getItem(nameKey) ?? '');
  const [reason, setReason] = useState('');
  const [sample, setSample] = useState(() => sampleOf(action, roles));
  const [token, setToken] = useState('');
  const [wantsToken, wantToken] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setRefusal(null);
    localStorage.setItem(nameKey, by);
    if (token !== '') keepAdminToken(token);
    try {
      const who = { by: by.trim() || null, reason: reason.trim() || null };
      onDone(await changeRoles(roles.model, callOf(action, asked.roles, sample), who, asked.roles.revision));
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) {
        forgetAdminToken();
        wantToken(true);
      }
      setRefusal(
        error instanceof Refusal
          ? error.message
          : 'the server does not answer; nothing is known to have changed',
      );
      setBusy(false);
    }
  };
  return (
    <Sheet title={title} place="middle" isOpen onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        {warning === null ? null : <p className={styles.warning}>{warning}</p>}
        {sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        {action.kind === 'sample' ? (
          <Field
            label="Sample"
            value={sample}
            onChange={setSample}
            hint="A share such as 25%, or a budget for rates by segment: budget=25%, budget=500/s"
            isRequired
          />
        ) : null}
        <div className={styles.who}>
          <Field
            label="Your name"
            value={by}
            onChange={setBy}
            maxLength={128}
            hint="For the audit log; may be empty"
          />
          <Field label="Reason" value={reason} onChange={setReason} maxLength={2000} />
        </div>
        {wantsToken ? (
          <Field
            label="Admin token"
            type="password"
            value={token}
            onChange={setToken}
            hint="Kept until this tab is closed"
            isRequired
          />
        ) : null}
        {refusal === null ? null : <Problem>{sentenceFrom(refusal)}</Problem>}
        <div className={styles.answer}>
          <PushButton onPress={onClose}>Cancel</PushButton>
          <PushButton kind={warning === null ? 'main' : 'danger'} type="submit" isDisabled={isBusy}>
            {isBusy ? 'Working…' : confirm}
          </PushButton>
        </div>
      </form>
    </Sheet>
  );
}

function sampleOf(action: RoleAction, { shadows }: RolesDocument): string {
  const shadow = action.kind === 'sample' ? shadows.find((one) => one.version === action.version) : undefined;
  return shadow === undefined ? '' : sampleInput(shadow.sample);
}

/** Some begin with the path of what was wrong, which stays as it is. */
function sentenceFrom(text: string): string {
  return `${/^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() : text.charAt(0)}${text.slice(1)}.`;
}
