//! A short tone for a new failure, where somebody has asked for it.

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::{AudioContext, AudioContextState};

/// The tones, in hertz, one after the other.
const TONES: [f32; 2] = [880.0, 660.0];
/// How long a tone is, in seconds.
const LENGTH: f64 = 0.22;
/// From 0 to 1: heard across a room, and no alarm bell.
const LOUDNESS: f32 = 0.2;

/// What makes the sound.
pub(super) struct Sound {
    context: AudioContext,
}

impl Sound {
    /// Nothing where the browser can't.
    pub(super) fn new() -> Option<StoredValue<Self, LocalStorage>> {
        let context = AudioContext::new().ok()?;
        let sound = StoredValue::new_local(Self { context });
        // Browsers want a click or a key first, unless they were told otherwise.
        for event in ["pointerdown", "keydown"] {
            let handle = window_event_listener_untyped(event, move |_| {
                _ = sound.try_with_value(|sound| sound.context.resume());
            });
            on_cleanup(move || handle.remove());
        }
        Some(sound)
    }

    /// Does the browser keep quiet?
    pub(super) fn is_blocked(&self) -> bool {
        self.context.state() != AudioContextState::Running
    }

    /// Says that something has failed. A tone that can't be made is no failure of the wall.
    pub(super) fn play(&self) {
        let mut at = self.context.current_time();
        for tone in TONES {
            _ = self.tone(tone, at);
            at += LENGTH;
        }
    }

    fn tone(&self, frequency: f32, at: f64) -> Result<(), JsValue> {
        let loudness = self.context.create_gain()?;
        loudness.connect_with_audio_node(&self.context.destination())?;
        loudness.gain().set_value_at_time(LOUDNESS, at)?;
        // Fading out, it ends without a click.
        loudness
            .gain()
            .exponential_ramp_to_value_at_time(0.001, at + LENGTH)?;
        let tone = self.context.create_oscillator()?;
        tone.frequency().set_value(frequency);
        tone.connect_with_audio_node(&loudness)?;
        tone.start_with_when(at)?;
        tone.stop_with_when(at + LENGTH)
    }
}
