/// Conversations, riddles and letters from Skerrow, a village by the sea.
extension EmbeddedText {
  /// The conversations, riddles and letters.
  static let dialogue = #"""
    TALK, RIDDLES AND LETTERS FROM SKERROW

    At the bakery, in the morning

    "Good morning, Agnes. What is in the oven?"

    "Good morning, Tobias. It is bread. It was bread yesterday, too."

    "I thought that it smelled of something more."

    "That is because you have not had breakfast. Will you have a brown loaf or a white
    one?"

    "Which one is better?"

    "The brown one is better for you. The white one is better for the butter."

    "Then I will take the brown one and think about the white one."

    "Thinking is free. The loaf is three coins."

    At the ferry

    "Ferryman, are you asleep?"

    "No, Miss Orla. I am looking at the inside of my hat."

    "Can you take me over? I have twenty exercise books and an umbrella."

    "The umbrella may ride for nothing. How heavy are the books?"

    "They are full of sums."

    "Right ones or wrong ones?"

    "Half and half."

    "Then we shall float level. Step in, and put the wrong ones at the back."

    At the lighthouse, by night

    "Are you awake, Pickle?"

    The cat said nothing.

    "I thought I heard a ship."

    The cat turned one ear.

    "You are right, it was the wind. Shall I make some tea?"

    The cat got up and sat down next to the milk.

    "Yes, of course," said Mr. Pell. "I had forgotten which of us likes what."

    At the clockmaker's

    "Mr. Brandt, my watch has stopped," said Corin.

    "When did it stop?"

    "At ten past two."

    "Then it is right twice a day. Many people would be content."

    "I am a ferryman. I should like to be right more often than that."

    "Let me see. Aha. There is a grain of sand between the wheels."

    "Such a small thing?"

    "A small thing in a small place is large. That will be one coin. Here is your grain of
    sand."

    "What should I do with it?"

    "Put it back on the beach. Somebody may be counting."

    In the garden

    "René, what are you planting?"

    "Onions, Nell."

    "They look like onions already. Why do you put them into the ground?"

    "So that they become more."

    "Does it work with buns?"

    "Have you tried it?"

    "Yes," said Sam. "Matilda came and dug them up."

    "Then it does work," said René. "You have grown a goose."

    In the schoolroom

    "Who can tell me why the sea is salty?" asked Miss Orla.

    "Because of the herrings," said Sam.

    "The herrings are salty because of the sea. Nell?"

    "Rivers wash the salt out of the stones and carry it down. The water goes up again as
    clouds, but the salt has to stay."

    "That is right. Who told you so?"

    "The river," said Nell. "I mean, I tasted it, and it was only a little salty; and then
    I thought about it for a long time."

    "That," said Miss Orla, "is called science. Everybody write it down."

    "How do you spell it?" asked Sam.

    On the pier

    "Have you caught anything, Tamsin?"

    "A cold, a boot, and eleven mackerel."

    "What will you do with the boot?"

    "I shall keep it. I caught the other one in March."

    "Do they fit?"

    "One of them does."

    At the inn, in the evening

    "Mrs. Lüders, there is a hair in my soup."

    "Is it grey or white?"

    "It is grey, and it is rather a feather."

    "Matilda! How often have I told you to stay away from the pot?"

    The goose looked out from under the table. She honked once.

    "She says once," said the guest.

    "She says that it is one o'clock," said Mrs. Lüders. "And so it is. I will bring you a
    new bowl, and a biscuit for the fright."

    Two people and one bench

    "May I sit here?" asked Old Wynn.

    "It is a long bench," said Mr. Pell.

    They looked at the sea.

    "It is calm today," said Mr. Pell after a while.

    "It was calm on the day you came here," said Old Wynn. "You had a trunk and a kitten.
    You asked me how long one has to stay at a lighthouse until one gets used to it."

    "What did you tell me?"

    "I told you thirty years."

    "And how long has it been?"

    "It will be thirty years on Thursday."

    "Ah," said Mr. Pell, and he stretched out his legs. "That explains it."

    The fox at the door

    "Who is there?" called Agnes.

    Something scratched at the wood.

    "Is it the wind?"

    It scratched again.

    "Is it the cat?"

    There was a short silence, and the silence was offended.

    "It is Saturday," said Agnes. "Come in, Bramble, and wipe your feet."

    A quarrel, and how it ended

    "You took my place at the window," said Sam.

    "It is not your place," said Nell. "It is a window."

    "I sat here first."

    "You sat there first, and then you stood up, and then it was a chair again."

    "Grandmother, whose place is it?"

    Old Wynn did not look up from her net. "What can you see from there?" she asked.

    "I can see the mill," said Sam.

    "I can see the harbour," said Nell.

    "And what do you see if you both sit there?"

    The twins squeezed onto the chair. There was just room enough, if one of them leaned
    to the left and one of them leaned to the right.

    "The mill and the harbour," they said.

    "So it is a better place for two than for one," said Old Wynn. "Now somebody pass me
    the scissors."

    RIDDLES WITH THEIR ANSWERS

    It climbs the tower with Mr. Pell each evening, and it comes down without him. What is
    it?
    His shadow, when the lamp is lit.

    It bites your nose in January and tickles it in June. What is it?
    The wind from the sea.

    Who has four arms and no shirt, and waves at everybody, and never comes down the hill?
    The mill of Tobias.

    It comes twice a day, and nobody has invited it; it goes twice a day, and nobody has
    sent it away. What is it?
    The tide.

    What is it that Agnes makes round, Nell makes smaller, and Sam makes vanish?
    A bun.

    I have one eye, and it is open only at night. I say nothing, and sailors listen. Who
    am I?
    The lighthouse.

    It is made of nothing but holes, and Old Wynn makes it bigger every evening. What is
    it?
    A net.

    Corin has two of them and uses both, the Patience has none and would be lost without.
    What are they?
    Hands. He holds the oars with them.

    I am white when I fall down from the sky, and I am white when I fall down from the
    stone, but you may bake with only one of me. Who am I?
    Snow, and flour.

    What is in the well, and in the kettle, and in the cloud, and in a goose when she is
    sad?
    Water.

    I am thin when I am hungry and round when I am full, and yet I have never eaten. You
    can see me through the window. Who am I?
    The moon.

    What can fill a whole house and weighs less than a mouse?
    The smell of bread.

    It is older than Old Wynn and younger than this morning. What is it?
    The light of a star.

    It goes into the stove as a log, and it comes out by the roof as a feather. What is
    it?
    Smoke.

    Which letters does the miller never read?
    The ones on his sacks, for he has written them himself.

    It goes from door to door and it has no feet; it tells you everything, and only when
    you have torn its coat. What is it?
    A letter from your aunt.

    He has two hundred heads and not one hat, and the snails love him. Who is he?
    The cabbage bed of René.

    What does Miss Orla give away every day and still have every evening?
    What she knows.

    There are two in the yard, and one of them is upside down. If you drop a pebble, it
    trembles. What is it?
    The pear tree and the puddle.

    A man has eleven clocks, and each shows another time. How many of them are right?
    Ask the goose.

    Nell has as many brothers as she has noses. How many brothers does she have?
    One, and he is eating.

    LETTERS

    From Nell and Sam to their aunt

    Skerrow, 3 March

    Dear Aunt Elin,

    Thank you for the parcel. The mittens fit us. They fit all of us, because there were
    five of them, and Matilda was cold. Grandmother says that she does not need anything,
    but she has eaten the ginger biscuits and does not want to speak about it.

    It rained here for the whole week. The river is brown. Sam fell into it on Tuesday,
    and I fell into it on Wednesday, so nobody can laugh at anybody.

    Please come at Easter. You can have my bed, and I can sleep on the floor with the net.

    Your Nell

    P.S. This is Sam. I did not fall. I was looking for a spoon.

    From Mr. Pell to the Office of Lights

    Skerrow Light, 14 April

    Dear Sirs,

    In your letter of the 2nd you ask why this station uses two litres of milk a week,
    when there is only one keeper. I beg to answer that there is also an assistant. She
    has been here for nine years, she has not missed a night, and she has caught, by my
    reckoning, four hundred mice, each of which would have eaten the wicks.

    I should be glad if you could send a new brush for the lens, a tin of white paint, and
    the second volume of the book about stars, as I have finished the first.

    Yours faithfully,
    A. Pell, Keeper

    From the Office of Lights to Mr. Pell

    The City, 30 April

    Dear Mr. Pell,

    The milk is approved. So are the brush and the paint. The second volume about stars is
    out with the keeper at Pennywick, who says that he reads slowly, on purpose. We have
    asked him to hurry.

    The Office would like to know the name of the assistant, for the files.

    With regards,
    H. Gründel, Clerk

    Mr. Pell answers the Office of Lights

    Skerrow Light, 9 May

    Dear Mr. Gründel,

    Her name is Pickle. She thanks you.

    Yours faithfully,
    A. Pell, Keeper

    From Tobias the miller to a maker of sails

    Skerrow, 20 June

    Dear Sir,

    I need canvas for one sail of a mill. It should be nine metres long and two metres
    wide, and stronger than the last one. The last one was good. The storm was better.

    I do not like to hurry anybody, but I have thirty sacks of wheat here, and a baker who
    comes up the hill every day and looks at me without a word.

    Respectfully,
    Tobias, at the mill

    From Agnes to her sister

    Skerrow, 22 June

    Dear Greta,

    The mill has only three sails, and I have only three sorts of bread. I go up the hill
    every day to look at it. Tobias believes that I am angry. I am not angry at all. It is
    just that the view is so pretty from up there, and he always gives me the chair that
    does not wobble.

    You ask whether I am lonely. I get up at three in the morning, Greta. At three in the
    morning there is nobody who is not lonely. But at half past five the fox goes by, and
    at six the lamp of Mr. Pell goes out, and at seven there are eleven people at my door,
    and every one of them tells me what they dreamed.

    I am sending you the recipe for the honey cake. Do not use less butter than it says. I
    know you.

    Your Agnes

    From Miss Orla to the parents

    Skerrow, 1 September

    Dear Parents,

    School begins on Monday at eight o'clock. Please send your child with a slate, a
    pencil, a handkerchief, and one question. The slate and the pencil will be used up.
    The question should be large enough to last until Christmas.

    Last year the best questions were these: Where does the candle go? Why can one not
    tickle oneself? What do the fish think that we are?

    With kind greetings,
    Orla Finch, Teacher

    From Corin to Mr. Brandt, by way of the goose

    Half past ten

    Dear neighbour,

    I have tied this note to Matilda, for I cannot leave the boat. My watch has stopped
    again. Please send back the time.

    Corin

    From Mr. Brandt to Corin, by the same post

    Dear neighbour,

    When I wrote this it was eleven. When you read it, it will be later. I cannot say by
    how much, because she has stopped at the pond. Please come yourself; there is coffee.

    Brandt

    From Tamsin to her brother in Pennywick

    Skerrow, 11 November

    Dear Jens,

    I am glad that the paint has held. I saw your boat on Friday from three miles away,
    and so, I think, did the whales. I mean that kindly.

    We had forty boxes of herring this week, and the price is poor. I do not mind. There
    was a morning when the sea was full of light, like a lamp under a blanket, and each
    time I put in the oar it dripped with sparks. I thought that I would like to show it
    to somebody. So I tell it to you.

    Give my regards to your Tobias at the lighthouse. Ours says that it is his name and
    that he had it first.

    Your Tamsin

    From René to nobody

    Skerrow, 31 December

    I do not know to whom I should write, so I am putting this into a bottle. I planted
    two hundred cabbages this year, and one hundred and ninety came up. The other ten went
    to the snails, and I do not begrudge it.

    If you find this, wherever you are, put a bean in the ground in spring. It is very
    little work, and every morning you will have a reason to go out and look.

    Happy new year. “À bientôt”, as my mother used to say.

    René, gardener

    From a stranger to René

    Aalborg, 2 May

    Dear René,

    I am ten years old. I found your bottle when I was walking with my dog. The bean is
    now eleven centimetres high. I go out to look at it every morning, and the dog goes
    too.

    Is it meant to lean to the left?

    Your friend,
    Søren

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
