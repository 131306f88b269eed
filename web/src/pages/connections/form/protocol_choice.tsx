// Which language the machine speaks, in words of people who stand in front of it.

import { protocols, type Protocol } from '../../../api/connections';
import { useWords } from '../../../i18n';
import classes from './protocol_choice.module.css';

export function ProtocolChoice({ value, onChoose }: { value: Protocol | null; onChoose: (protocol: Protocol) => void }) {
  const { t } = useWords();
  return (
    <fieldset className={classes.choice}>
      <legend className={classes.legend}>{t('form.protocol')}</legend>
      {protocols.map((protocol) => (
        <label key={protocol} className={classes.option} data-protocol={protocol}>
          <input type="radio" name="protocol" className={classes.radio} value={protocol} checked={protocol === value} onChange={() => onChoose(protocol)} />
          <span className={classes.texts}>
            <strong>{t(`protocol.${protocol}`)}</strong>
            <span className={classes.who}>{t(`protocol_who.${protocol}`)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
