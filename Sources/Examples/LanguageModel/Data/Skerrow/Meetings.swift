/// Longer conversations in Skerrow: questions, councils and a proposal.
extension EmbeddedText {
  /// The longer conversations.
  static let meetings = #"""
    QUESTIONS FOR MISS ORLA, AND WHAT SHE SAID

    "Why is the sky blue?"

    "Sunlight has all the colours in it. The air throws the blue about more than the red,
    and so it comes to us from every side."

    "Where does the candle go?"

    "Into the air. It turns to water and gas, and some of it becomes light, and that is
    the part we keep."

    "What do the fish think that we are?"

    "Weather."

    "Why do we yawn when someone else yawns?"

    "Nobody is certain. Please stop, Sam."

    "How old is the sea?"

    "About four thousand million years. It does not look it."

    "Can a goose count?"

    "Ask her to share her oats with you, and see whether she notices."

    "Is there a largest number?"

    "Tell me one."

    "A million."

    "A million and one."

    "A million and two!"

    "You see," said Miss Orla, "it is like the road to Pennywick. One can always take one
    more step. Now it is twelve, and that is a large enough number for today."

    THE COUNCIL TALKS ABOUT THE BELL

    "The bell has a crack," said Mrs. Lüders. "It sounds like a pan."

    "Then we have to buy a new one," said Tobias.

    "With what?" asked Agnes. "There are forty-two coins in the box, and a button."

    "I could lend you a clock," said Mr. Brandt.

    "I could lend you the goose," said Corin, "although she is not mine."

    "Does anybody dislike the sound of a pan?" asked Old Wynn.

    They thought about it. The bell rang, as it was six o'clock. It went "dack, dack,
    dack" across the roofs. In all of the houses somebody looked up and put the potatoes
    on.

    "I should miss it," said Mr. Pell.

    "So would I," said Tamsin. "In fog I can tell by it that I am home. There is no other
    bell on this coast that sounds so bad."

    "Who is in favour of leaving it as it is?" asked Mrs. Lüders.

    Ten hands went up, and one wing.

    THE TWINS PLAY AT SHOP

    "Good day, madam. What would you like?"

    "Good day, sir. I would like half a moon and a bag of wind."

    "We have only whole moons today."

    "Then cut one for me, please. What does it cost?"

    "Half a moon is four stones. The wind is free, but the bag is two."

    "That makes six. Here are ten stones."

    "And here are four back. Anything else, madam?"

    "Yes. Do you have any bread and jam?"

    "The shop has none," said Sam, "but the shopkeeper knows where it is."

    "Then please close the shop," said Nell, "and let us go and see."

    A CONVERSATION ABOUT THE FUTURE

    "What do you want to be when you are big?" asked the ferryman.

    "A lighthouse keeper," said Nell.

    "A baker," said Sam. "No, a whale. No, a baker."

    "And what did you want to be?" asked Nell.

    Corin let the oars rest. The boat turned a little in the current. "I wanted to be a
    sailor and go round the world," he said. "Then my father hurt his back, and I took the
    ferry for a week."

    "When was that?"

    "It was twenty-six years ago."

    "Are you sad about it?"

    "I have worked it out," said the ferryman. "The river is eighty metres wide. I go over
    and back about fifteen times a day. In all those years that makes more than twenty
    thousand kilometres. In another twenty-six I shall have gone round the world."

    "And then?" asked Sam.

    "Then I shall tie up the boat and go home, and say: there, now I have seen it."

    "What will it look like?"

    Corin looked at the bank, where the willows stood, and at the other bank, where the
    smoke rose out of eleven chimneys. "Green on one side," he said, "and supper on the
    other."

    HOW THE GOOSE AND THE FOX MADE PEACE

    This was told by Old Wynn, who said that she had it from the goose.

    "Good evening," said the fox. "You look well."

    "I look big," said the goose. "Remember that."

    "I was only going to ask the time."

    "It is six. At six I go indoors, and you go hungry."

    "It is Friday," said the fox with a sigh. "Tomorrow I get a loaf and cheese. But on
    Fridays, I confess, I think about geese."

    "And what do you think about them?"

    "That they are round, and that they are slow."

    "I can be slow for an hour," said the goose, "and quick for one second. Where is the
    tip of your tail?"

    The fox looked round. The tip of his tail was in the beak of the goose.

    "Ah," said the fox.

    "If I let go," said the goose, not very clearly, because her mouth was full, "what
    will you think about on Fridays?"

    "About Saturdays," said the fox.

    "That is good," said the goose, and she let go.

    Since that day they have walked a part of the way together each Friday, and they talk
    about the weather. He walks on the left, and she walks on the right, and she counts
    his steps.

    THE STORM, AS IT WAS TOLD AT THE INN

    "Where were you when it began?" asked Mrs. Lüders.

    "Nine miles out," said Tamsin. "The sky in the west turned yellow, like an old tooth.
    I took in the sail at once."

    "All of it?"

    "I left as much as a tablecloth. Then the first gust came, and I would have been glad
    of a napkin."

    "Were you afraid?" asked Sam.

    "There was no time for it. I was afraid afterwards, in the kitchen, with a cup of tea
    in my hand. It all came out there, and I spilled half of it."

    "I saw you from the gallery," said Mr. Pell. "You were there on the top of a wave, and
    then there was no boat, and then you were there again. I counted between. The longest
    was eight seconds."

    "And I saw your light," said Tamsin. "It looked brighter than usual."

    "It was. I had turned it up so high that the glass sang. I have used four litres more
    than I am allowed."

    "What will you write to the Office?"

    "The truth," said Mr. Pell. "Four litres of oil: one fisherwoman."

    Nobody said anything for a moment. Then the man at the piano began to play, softly and
    in the middle, where it is easiest.

    THE PROPOSAL

    "Agnes," said Tobias.

    "Yes, Tobias?"

    "You have come up here ninety-seven times this year."

    "Have you counted?"

    "I write down everything that comes to the mill."

    "And what did you write?"

    "Wheat, rye, canvas, mice. And on ninety-seven days: the baker."

    They looked down at the village. The smoke went up from the chimneys, and the sails
    went round, and each time that one of them passed, there was a little shade.

    "I am slow," said Tobias.

    "I had noticed."

    "I have thought about a question for two years, and I believe that I am nearly done."

    "I am quick," said Agnes. "The answer is yes."

    "But I have not asked it."

    "Then ask it when you are ready. I only wanted you to know that there is no hurry. It
    is all baked, and it will keep."

    The miller took off his cap. He took it off to the wind, as a rule. "Thank you," he
    said.

    "You are welcome," said Agnes; and the chair did not wobble.

    From Agnes to her sister, a postcard

    Skerrow, 24 December

    Dear Greta,

    Yes. On the second of May. Bring Father, and bring an apron.

    Your Agnes

    From Greta to Agnes, another

    Dear Agnes,

    At last! Everybody here knew it, including the postman. I used less butter, and the
    cake was dry. You were right about that as well.

    Your Greta

    THINGS THAT PEOPLE SAY IN SKERROW

    "A wet dog has no friends," says Mrs. Lüders, and holds the door shut.

    "A dry net catches nothing," says Tamsin.

    "The oven does not care how early it is," says Agnes.

    "Slow stones grind fine," says Tobias.

    "One light is enough, if it is in the right place," says Mr. Pell.

    "It is never too late; it is only a quarter past," says Mr. Brandt.

    "There are two sides to a river, and I have been to both," says Corin.

    "Rain is only a pond that comes to visit," says René.

    "A mistake is an answer to another question," says Miss Orla.

    "Tie it twice, and sleep once," says Old Wynn.

    "Is there any more?" says Sam.

    "That was mine," says Nell.

    And the goose says what she always says, and it is always right.
    """#
}
