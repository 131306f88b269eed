// The design system, all of it on one page and standing still: for those who build pages, and for the
// pictures that tests compare. No data of the plant is shown here.

import { Link } from '@tanstack/react-router';
import { DisplaySettings } from '../../components/display/display_settings';
import { Icon } from '../../components/icons';
import { Page, WindowText } from '../../components/page';
import { useWords } from '../../i18n';
import { ColoursSection } from './colours_section';
import { ControlsSection, FeedbackSection } from './controls_section';
import { FiguresSection, LongTableSection, QueriesSection } from './data_section';
import { fixedNow, shiftStart, zone } from './fixed';
import classes from './gallery.module.css';
import { Section } from './specimen';
import { StorageSection } from './storage_section';
import { TypeSection } from './type_section';

export function GalleryPage() {
  const { t } = useWords();
  return (
    <div className={classes.gallery} data-gallery>
      <Page
        title={t('gallery.title')}
        subtitle={
          <>
            {t('gallery.subtitle')} <WindowText from={shiftStart} to={fixedNow} zone={zone} />
          </>
        }
        actions={
          <Link to="/" className={classes.back}>
            <Icon name="back" /> {t('app.toOverview')}
          </Link>
        }
      >
        <ColoursSection />
        <TypeSection />
        <FiguresSection />
        <QueriesSection />
        <ControlsSection />
        <FeedbackSection />
        <StorageSection />
        <LongTableSection />
        <Section id="display" title={t('display.title')}>
          <div className={classes.settings}>
            <DisplaySettings />
          </div>
        </Section>
      </Page>
    </div>
  );
}
