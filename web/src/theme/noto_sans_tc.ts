// Brought in after the first paint: most devices need nothing of it.
import '@fontsource-variable/noto-sans-tc/index.css';
