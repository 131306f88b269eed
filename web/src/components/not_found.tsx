import { Link } from '@tanstack/react-router';
import classes from '../app.module.css';
import { useWords } from '../i18n';

export function NotFound() {
  const { t } = useWords();
  return (
    <div className={classes.notFound}>
      <h1>{t('app.notFound')}</h1>
      <Link to="/">{t('app.toOverview')}</Link>
    </div>
  );
}
