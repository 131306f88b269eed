// A piece of a page on its own ground, with a heading of its own.

import { useId, type ReactNode } from 'react';
import classes from './card.module.css';

interface CardProps {
  title?: string;
  /** Beside the title: a note, a button. */
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
}

export function Card({ title, aside, children, className = '' }: CardProps) {
  const heading = useId();
  return (
    <section className={`card ${className}`} aria-labelledby={title === undefined ? undefined : heading}>
      {(title !== undefined || aside !== undefined) && (
        <div className={classes.head}>
          {title !== undefined && (
            <h2 id={heading} className={classes.title}>
              {title}
            </h2>
          )}
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}
