import './app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { applyTheme } from './lib/theme.ts';
import { loadLanguage, preferredLanguage } from './lib/messages/index.svelte.ts';

applyTheme();
await loadLanguage(preferredLanguage());
mount(App, { target: document.body });
