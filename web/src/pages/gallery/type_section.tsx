// Type, spacing, corners and icons.

import { Icon, iconNames } from '../../components/icons';
import { useWords } from '../../i18n';
import { formatLongDate, formatDateTime, formatNumber, formatPercent } from '../../time/format';
import { ratio } from '../../api/units';
import { fixedNow, zone } from './fixed';
import classes from './gallery.module.css';
import { Section, Specimen } from './specimen';

const sizes = ['small', 'body', 'heading', 'title', 'figure', 'figure-large'] as const;
/** Hundredths of the screen's height, as the board's own style sheets count. */
const boardSizes = [3, 4.2, 5, 9.4];
const spaces = [0.25, 0.5, 0.75, 1, 1.5, 2];
const corners = [6, 10, 12, 22];

export function TypeSection() {
  const { t, language } = useWords();
  return (
    <Section id="type" title={t('gallery.type')}>
      <Specimen name={t('gallery.typePage')} wide>
        {sizes.map((size) => (
          <div key={size} className={classes.type}>
            <code>{size}</code>
            <span style={{ fontSize: `var(--type-${size})`, fontWeight: size === 'small' || size === 'body' ? 400 : 650 }}>
              {t('gallery.pangram')} <span className="number">{formatNumber(12_345.6)}</span>
            </span>
          </div>
        ))}
      </Specimen>
      <Specimen name={t('gallery.typeBoard')} wide>
        {boardSizes.map((size) => (
          <div key={size} className={classes.type}>
            <code>{size}</code>
            <span style={{ fontSize: `${size}vmin`, fontWeight: 650, lineHeight: 1.1 }} className="number">
              {formatPercent(ratio(0.823))}
            </span>
          </div>
        ))}
      </Specimen>
      <Specimen name={t('gallery.dates')} wide>
        <div className={classes.row}>
          <span className="number">{formatDateTime(fixedNow, zone, true)}</span>
          <span>{formatLongDate(fixedNow, zone, language, 'ce')}</span>
          <span>{formatLongDate(fixedNow, zone, language, 'roc')}</span>
        </div>
      </Specimen>
      <Specimen name={t('gallery.spacing')}>
        <div className={classes.row}>
          {spaces.map((space) => (
            <span key={space} className={classes.space} style={{ width: `${space}rem`, height: `${space}rem` }} title={`${space} rem`} />
          ))}
        </div>
      </Specimen>
      <Specimen name={t('gallery.corners')}>
        <div className={classes.row}>
          {corners.map((corner) => (
            <span key={corner} className={classes.corner} style={{ borderRadius: corner }}>
              {corner}
            </span>
          ))}
        </div>
      </Specimen>
      <Specimen name={t('gallery.icons')} wide>
        <div className={classes.icons}>
          {iconNames.map((name) => (
            <span key={name}>
              <Icon name={name} size={24} />
              <code>{name}</code>
            </span>
          ))}
        </div>
      </Specimen>
    </Section>
  );
}
